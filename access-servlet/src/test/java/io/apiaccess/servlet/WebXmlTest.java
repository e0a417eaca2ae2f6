package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter in a real {@code web.xml}. */
class WebXmlTest {
    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
              <filter>
                <filter-name>access</filter-name>
                <filter-class>io.apiaccess.servlet.AccessFilter</filter-class>
                <async-supported>true</async-supported>
                <init-param>
                  <param-name>accessControl</param-name>
                  <param-value>shop</param-value>
                </init-param>
                <init-param>
                  <param-name>realm</param-name>
                  <param-value>%s</param-value>
                </init-param>
              </filter>
              <filter-mapping>
                <filter-name>access</filter-name>
                <url-pattern>/*</url-pattern>
              </filter-mapping>
            </web-app>
            """;

    @Test
    void standsInFrontOfTheApplication(@TempDir Path folder) throws IOException {
        try (Shop shop = new Shop();
                Container container = start(folder, shop, "orders")) {
            assertEquals(401, Http.send(container.port(), "GET", "/orders/42").status());
            assertEquals(
                    200,
                    Http.send(container.port(), "GET", "/orders/42", "X-API-Key: " + shop.key.reveal())
                            .status());
        }
    }

    @Test
    void servesNothingIfAnOptionIsWrong(@TempDir Path folder) throws IOException {
        try (Shop shop = new Shop();
                Container container = start(folder, shop, "&quot;")) {
            assertEquals(
                    404,
                    Http.send(container.port(), "GET", "/orders/42", "X-API-Key: " + shop.key.reveal())
                            .status());
        }
    }

    private static Container start(Path folder, Shop shop, String realm) throws IOException {
        Files.createDirectories(folder.resolve("WEB-INF"));
        Files.writeString(folder.resolve("WEB-INF/web.xml"), WEB_XML.formatted(realm));
        Site site = new Site();
        return TomcatContainer.start(folder, (classes, context) -> {
            context.setAttribute("shop", shop.access);
            site.onStartup(Set.of(), context);
        });
    }
}
