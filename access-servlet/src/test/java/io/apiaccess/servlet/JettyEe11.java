package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;

/** Jetty 12.1 with its handlers for Servlet 6.1. */
final class JettyEe11 {
    private JettyEe11() {}

    /** Starts an application that is called over TLS, where callers may show a certificate. */
    static Container startTls(ServletContainerInitializer application) {
        ServletContextHandler context = new ServletContextHandler();
        context.addServletContainerInitializer(application);
        return JettyContainer.startTls(context);
    }

    static Container start(Container.Setup setup) {
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath(setup.contextPath().isEmpty() ? "/" : setup.contextPath());
        context.addServletContainerInitializer(setup.application());
        context.getServletHandler().setDecodeAmbiguousURIs(setup.lenient());
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(599, "/error");
        context.setErrorHandler(errors);
        return JettyContainer.start(setup.lenient(), context);
    }
}
