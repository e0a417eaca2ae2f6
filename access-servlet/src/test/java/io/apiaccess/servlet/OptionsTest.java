package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is wrong with a filter's options is said at once, before the first request. */
class OptionsTest {
    private final Shop shop = new Shop();
    private final List<Container> containers = new ArrayList<>();

    @AfterEach
    void close() {
        containers.forEach(Container::close);
        shop.close();
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        String message = message(assertThrows(
                IllegalArgumentException.class,
                () -> AccessFilter.builder(shop.access)
                        .keyHeaders("X Key", "authorization")
                        .queryParameter(" ")
                        .forwardCredentialAs("a:b")
                        .trustedProxies("10.0.0.0/33")
                        .requireForwarded(true)
                        .realm("a\"b")
                        .mdcClientKey("x")
                        .mdcProfileKey("x")
                        .build()));
        for (String part : new String[] {
            "access filter `a\"b`: prefix length of `10.0.0.0/33` is not 0 to 32",
            "header `X Key` is not a header name such as `X-API-Key`",
            "header `Authorization` is named for two kinds of credentials or twice",
            "queryParameter ` ` is blank or not printable ASCII",
            "forwardCredentialAs `a:b` is not a header name",
            "`forwardedHeader` and `trustedProxies` go together: set both or none",
            "`requireForwarded` is set without `forwardedHeader`",
            "realm `a\"b` is blank or not printable ASCII",
            "`mdcClientKey` and `mdcProfileKey` are the same"
        }) {
            assertTrue(message.contains(part), () -> part + " is not in " + message);
        }
        assertRefused(
                "are all off", AccessFilter.builder(shop.access).keyHeaders().noBearer());
        assertRefused(
                "mdcClientKey ` ` is blank", AccessFilter.builder(shop.access).mdcClientKey(" "));
        assertRefused("go together", AccessFilter.builder(shop.access).forwardedHeader(ForwardedHeader.FORWARDED));
        assertRefused("is blank", AccessFilter.builder(shop.access).realm(""));
        assertRefused("`\\u0000`", AccessFilter.builder(shop.access).queryParameter("\0"));
        assertRefused(
                "`schlüssel` is blank or not printable ASCII",
                AccessFilter.builder(shop.access).queryParameter("schlüssel"));
        assertRefused("…`", AccessFilter.builder(shop.access).keyHeaders(" ".repeat(100)));
    }

    @Test
    void oneProxyThatIsWrongIsNotSaidTwice() {
        String message = assertRefused(
                "name",
                AccessFilter.builder(shop.access)
                        .keyHeaders("name ")
                        .forwardedHeader(ForwardedHeader.FORWARDED)
                        .trustedProxies("localhost"));
        assertTrue(!message.contains("go together"), message);
    }

    @Test
    void anInitParameterThatIsUnknownOrWrongIsRefused() {
        Map<String, String> wrong = Map.of(
                "accesControl", "shop",
                "hideUngranted", "yes",
                "limitHeaders", "DRAFT",
                "forwardedHeader", "Via",
                "denialWriter", "nobody");
        String message = message(assertThrows(ServletException.class, () -> new AccessFilter().init(config(wrong))));
        for (String part : new String[] {
            "init parameter `accessControl` is missing",
            "init parameter `accesControl` is none of accessControl, denialWriter, bearerHeader, ",
            "hideUngranted `yes` is neither `true` nor `false`",
            "limitHeaders `DRAFT` is none of [RATELIMIT, X_RATELIMIT, OFF]",
            "forwardedHeader `Via` is none of [Forwarded, X-Forwarded-For]",
            "denialWriter `nobody` names no attribute of the servlet context that holds the DenialWriter"
        }) {
            assertTrue(message.contains(part), () -> part + " is not in " + message);
        }
    }

    @Test
    void theAttributeMustHoldAnAccessControlOrADecider() throws ServletException {
        ServletException refused = assertThrows(
                ServletException.class, () -> new AccessFilter().init(config(Map.of("accessControl", "text"))));
        assertTrue(message(refused).contains("accessControl `text` names no attribute"), message(refused));
        new AccessFilter().init(config(Map.of("accessControl", "shop")));
        new AccessFilter().init(config(Map.of("accessControl", "decider", "keyHeaders", "")));
    }

    @Test
    void aBuiltFilterTakesNoInitParameters() throws ServletException {
        AccessFilter built = AccessFilter.builder(shop.access).build();
        built.init(config(Map.of()));
        ServletException refused = assertThrows(ServletException.class, () -> built.init(config(Map.of("realm", "x"))));
        assertTrue(message(refused).contains("init parameter `realm` is set"), refused.getMessage());
    }

    @Test
    void aFilterWithoutOptionsLetsNothingThrough() {
        Site site = new Site();
        try (Container container = JettyEe10.start(new Container.Setup("", false, site))) {
            site.door(new AccessFilter());
            assertEquals(500, Http.send(container.port(), "GET", "/status").status());
            assertEquals(0, site.called.size());
        }
    }

    private static String message(Throwable refused) {
        return String.valueOf(refused.getMessage());
    }

    private static String assertRefused(String part, AccessFilter.Builder builder) {
        String message = message(assertThrows(IllegalArgumentException.class, builder::build));
        assertTrue(message.contains(part), message);
        return message;
    }

    /** Returns the configuration that a container makes of init parameters. */
    private FilterConfig config(Map<String, String> parameters) {
        Configured configured = new Configured();
        containers.add(JettyEe10.start(new Container.Setup("", false, (classes, context) -> {
            context.setAttribute("shop", shop.access);
            context.setAttribute("decider", shop.decider());
            context.setAttribute("text", "text");
            FilterRegistration.Dynamic registration = context.addFilter("configured", configured);
            parameters.forEach(registration::setInitParameter);
        })));
        return Objects.requireNonNull(configured.config);
    }

    /** Keeps its configuration. */
    private static final class Configured implements Filter {
        private @Nullable FilterConfig config;

        @Override
        public void init(FilterConfig config) {
            this.config = config;
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
        }
    }
}
