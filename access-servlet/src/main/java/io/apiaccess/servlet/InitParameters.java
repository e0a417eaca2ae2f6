package io.apiaccess.servlet;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.TokenIssuer;
import io.apiaccess.check.Faults;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The options of a filter or a token servlet as {@code web.xml} gives them, one init parameter each. */
final class InitParameters {
    private static final String ACCESS = "accessControl";
    private static final String MISSING =
            "init parameter `" + ACCESS + "` is missing: it names the attribute of the servlet context";
    private static final String WRITER = "denialWriter";

    private static final Map<String, BiConsumer<AccessFilter.Builder, String>> OPTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("keyHeaders", (builder, value) -> builder.keyHeaders(names(value))),
            Map.entry("bearerHeader", (builder, value) -> {
                if (value.isEmpty()) {
                    builder.noBearer();
                } else {
                    builder.bearerHeader(value);
                }
            }),
            Map.entry("queryParameter", (builder, value) -> builder.queryParameter(value)),
            Map.entry("forwardCredentialAs", (builder, value) -> builder.forwardCredentialAs(value)),
            Map.entry(
                    "forwardedHeader",
                    (builder, value) -> builder.forwardedHeader(
                            constant("forwardedHeader", value, ForwardedHeader.values(), ForwardedHeader::field))),
            Map.entry("trustedProxies", (builder, value) -> builder.trustedProxies(value)),
            Map.entry("requireForwarded", flag("requireForwarded", AccessFilter.Builder::requireForwarded)),
            Map.entry("realm", (builder, value) -> builder.realm(value)),
            Map.entry(
                    "limitHeaders",
                    (builder, value) -> builder.limitHeaders(
                            constant("limitHeaders", value, LimitHeaders.values(), LimitHeaders::name))),
            Map.entry("showClientLimits", flag("showClientLimits", AccessFilter.Builder::showClientLimits)),
            Map.entry("hideUngranted", flag("hideUngranted", AccessFilter.Builder::hideUngranted)),
            Map.entry("passPreflight", flag("passPreflight", AccessFilter.Builder::passPreflight)),
            Map.entry("mdcClientKey", (builder, value) -> builder.mdcClientKey(value)),
            Map.entry("mdcProfileKey", (builder, value) -> builder.mdcProfileKey(value))));

    private static final Map<String, BiConsumer<TokenServlet.Builder, String>> TOKEN_OPTIONS = new TreeMap<>(Map.of(
            "forwardedHeader",
            (builder, value) -> builder.forwardedHeader(
                    constant("forwardedHeader", value, ForwardedHeader.values(), ForwardedHeader::field)),
            "trustedProxies",
            (builder, value) -> builder.trustedProxies(value),
            "requireForwarded",
            flag("requireForwarded", TokenServlet.Builder::requireForwarded),
            "plainHttp",
            flag("plainHttp", TokenServlet.Builder::plainHttp)));

    private InitParameters() {}

    /**
     * Returns the options as a builder.
     *
     * @throws IllegalArgumentException naming everything that is wrong
     */
    static AccessFilter.Builder read(FilterConfig config) {
        Faults faults = new Faults();
        AccessFilter.Builder builder = new AccessFilter.Builder(decider(config, faults), faults);
        for (String name : Collections.list(config.getInitParameterNames())) {
            BiConsumer<AccessFilter.Builder, String> option = OPTIONS.get(name);
            String value = HeaderText.trim(String.valueOf(config.getInitParameter(name)));
            if (option != null) {
                faults.gather(() -> option.accept(builder, value));
            } else if (name.equals(WRITER)) {
                DenialWriter writer = attribute(config.getServletContext(), name, value, DenialWriter.class, faults);
                if (writer != null) {
                    builder.denialWriter(writer);
                }
            } else {
                faults.require(
                        name.equals(ACCESS),
                        "init parameter " + Faults.quote(name) + " is none of " + ACCESS + ", " + WRITER + ", "
                                + String.join(", ", OPTIONS.keySet()));
            }
        }
        return builder;
    }

    /**
     * Returns the options of a token servlet as a builder.
     *
     * @throws IllegalArgumentException naming everything that is wrong
     */
    static TokenServlet.Builder read(ServletConfig config) {
        Faults faults = new Faults();
        TokenServlet.Builder builder = new TokenServlet.Builder(issuer(config, faults), faults);
        for (String name : Collections.list(config.getInitParameterNames())) {
            BiConsumer<TokenServlet.Builder, String> option = TOKEN_OPTIONS.get(name);
            String value = HeaderText.trim(String.valueOf(config.getInitParameter(name)));
            if (option != null) {
                faults.gather(() -> option.accept(builder, value));
            } else {
                faults.require(
                        name.equals(ACCESS),
                        "init parameter " + Faults.quote(name) + " is none of " + ACCESS + ", "
                                + String.join(", ", TOKEN_OPTIONS.keySet()));
            }
        }
        return builder;
    }

    private static TokenIssuer issuer(ServletConfig config, Faults faults) {
        String name = config.getInitParameter(ACCESS);
        if (name == null) {
            faults.add(MISSING);
        } else if (config.getServletContext().getAttribute(HeaderText.trim(name)) instanceof TokenIssuer issuer) {
            return issuer;
        } else {
            AccessControl access =
                    attribute(config.getServletContext(), ACCESS, HeaderText.trim(name), AccessControl.class, faults);
            if (access != null) {
                return access.tokens();
            }
        }
        return request -> {
            throw new IllegalStateException("there is nobody to issue");
        };
    }

    private static AccessDecider decider(FilterConfig config, Faults faults) {
        String name = config.getInitParameter(ACCESS);
        if (name == null) {
            faults.add(MISSING);
        } else if (config.getServletContext().getAttribute(HeaderText.trim(name)) instanceof AccessDecider decider) {
            return decider;
        } else {
            AccessControl access =
                    attribute(config.getServletContext(), ACCESS, HeaderText.trim(name), AccessControl.class, faults);
            if (access != null) {
                return access.decider();
            }
        }
        return request -> {
            throw new IllegalStateException("there is nobody to decide");
        };
    }

    private static <T> @Nullable T attribute(
            ServletContext context, String parameter, String name, Class<T> type, Faults faults) {
        Object value = context.getAttribute(name);
        faults.require(
                type.isInstance(value),
                parameter + " " + Faults.quote(name) + " names no attribute of the servlet context that holds the "
                        + type.getSimpleName());
        return type.isInstance(value) ? type.cast(value) : null;
    }

    private static String[] names(String list) {
        return list.isEmpty()
                ? new String[0]
                : Arrays.stream(list.split(",", -1)).map(HeaderText::trim).toArray(String[]::new);
    }

    private static <B> BiConsumer<B, String> flag(String name, BiConsumer<B, Boolean> option) {
        return (builder, value) -> {
            if (!List.of("true", "false").contains(value)) {
                throw new IllegalArgumentException(name + " " + Faults.quote(value) + " is neither `true` nor `false`");
            }
            option.accept(builder, value.equals("true"));
        };
    }

    private static <E> E constant(String option, String value, E[] constants, Function<E, String> text) {
        return Arrays.stream(constants)
                .filter(constant -> text.apply(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(option + " " + Faults.quote(value) + " is none of "
                        + Arrays.stream(constants).map(text).toList()));
    }
}
