package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** The filter in a Jetty that is told its peers by the PROXY protocol, so that they have IPv6 on any machine. */
class JettyProxyTest {
    @Test
    void readsAnAddressThatJettyPutsInBrackets() throws Exception {
        Site site = new Site();
        try (Shop shop = new Shop();
                Container container = start(site)) {
            shop.allowFrom("2001:db8::/64");
            site.door(AccessFilter.builder(shop.decider()).build());
            List<String> peers = new CopyOnWriteArrayList<>();
            site.before((request, response, chain) -> {
                peers.add(request.getRemoteAddr());
                chain.doFilter(request, response);
            });
            assertEquals(200, send(container, shop, "2001:db8::7").status());
            assertEquals(403, send(container, shop, "2001:db8:0:1::7").status());
            assertEquals(List.of("[2001:db8:0:0:0:0:0:7]", "[2001:db8:0:1:0:0:0:7]"), peers);
        }
    }

    private static Http.Answer send(Container container, Shop shop, String peer) {
        return Http.sendBytes(
                container.port(),
                "PROXY TCP6 " + peer
                        + " 2001:db8::1 4711 80\r\nGET /orders/42 HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                        + shop.key.reveal() + "\r\nConnection: close\r\n\r\n");
    }

    private static Container start(Site site) throws Exception {
        ServletContextHandler context = new ServletContextHandler();
        context.addServletContainerInitializer(site);
        Server server = new Server();
        ServerConnector connector =
                new ServerConnector(server, new ProxyConnectionFactory(), new HttpConnectionFactory());
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
        return new JettyContainer(server);
    }
}
