package io.apiaccess.examples;

import io.apiaccess.AccessControl;
import io.apiaccess.servlet.AccessFilter;
import io.apiaccess.servlet.ForwardedHeader;
import io.apiaccess.servlet.TokenServlet;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;

/** The code of README.md about the filter, which its test compares with this file. */
final class ReadmeExample {
    private ReadmeExample() {}

    static AccessFilter register(AccessControl access, ServletContext servletContext) {
        AccessFilter door = AccessFilter.builder(access)
                .forwardedHeader(ForwardedHeader.X_FORWARDED_FOR)
                .trustedProxies("10.0.0.0/8")
                .build();
        FilterRegistration.Dynamic registration = servletContext.addFilter("access", door);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(null, false, "/*");
        return door;
    }

    static void issue(AccessControl access, ServletContext servletContext) {
        TokenServlet endpoint = TokenServlet.builder(access)
                .forwardedHeader(ForwardedHeader.X_FORWARDED_FOR)
                .trustedProxies("10.0.0.0/8")
                .build();
        servletContext.addServlet("token", endpoint).addMapping("/oauth/token");
    }
}
