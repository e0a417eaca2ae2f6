package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of the token servlet, by its builder and in a real {@code web.xml}. */
@Rule("C9")
class TokenServletTest {
    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
              <servlet>
                <servlet-name>token</servlet-name>
                <servlet-class>io.apiaccess.servlet.TokenServlet</servlet-class>
                <init-param><param-name>accessControl</param-name><param-value>shop</param-value></init-param>
                <init-param><param-name>plainHttp</param-name><param-value>%s</param-value></init-param>
                <init-param><param-name>forwardedHeader</param-name><param-value>X-Forwarded-For</param-value></init-param>
                <init-param><param-name>trustedProxies</param-name><param-value>127.0.0.1</param-value></init-param>
                <init-param><param-name>requireForwarded</param-name><param-value>false</param-value></init-param>
                <load-on-startup>1</load-on-startup>
              </servlet>
              <servlet-mapping><servlet-name>token</servlet-name><url-pattern>/token</url-pattern></servlet-mapping>
            </web-app>
            """;

    private static final TokenIssuer ISSUER = request -> {
        throw new AssertionError("nobody asks");
    };

    @Test
    void takesItsOptionsFromWebXml(@TempDir Path folder) throws IOException {
        assertEquals(405, status(folder, "true"));
    }

    @Test
    void servesNothingIfAnOptionIsWrong(@TempDir Path folder) throws IOException {
        assertNotEquals(405, status(folder, "perhaps"));
    }

    @Test
    void refusesOptionsThatDoNotGoTogether() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> TokenServlet.builder(ISSUER)
                                .trustedProxies("10.0.0.0-1")
                                .requireForwarded(true)
                                .build())
                .toString();
        assertTrue(message.contains("`10.0.0.0-1`"), message);
        assertTrue(message.contains("`forwardedHeader` and `trustedProxies` go together"), message);
        assertTrue(message.contains("`requireForwarded` is set without"), message);
    }

    @Test
    void readsFormsInOneWayOnly() {
        assertEquals("a b+c\u00e9", FormBody.decode("a+b%2bc%c3%a9"));
        assertNull(FormBody.decode("%e9"));
        assertNull(FormBody.decode("%\uff11\uff11"));
        assertNull(FormBody.parse("a=1&a=2"));
        FormBody form = FormBody.parse("a=&b=1=2&c&=x&&");
        assertEquals("1=2", form == null ? "" : form.find("b").orElse(""));
        assertTrue(form != null && form.find("a").isEmpty() && form.find("c").isEmpty());
    }

    private static int status(Path folder, String plainHttp) throws IOException {
        Files.createDirectories(folder.resolve("WEB-INF"));
        Files.writeString(folder.resolve("WEB-INF/web.xml"), WEB_XML.formatted(plainHttp));
        try (Shop shop = new Shop();
                Container container = TomcatContainer.start(folder, (classes, context) -> {
                    context.setAttribute("shop", shop.access);
                    new Site().onStartup(Set.of(), context);
                })) {
            return Http.send(container.port(), "GET", "/token").status();
        }
    }
}
