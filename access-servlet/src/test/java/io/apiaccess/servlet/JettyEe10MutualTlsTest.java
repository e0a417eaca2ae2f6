package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;

/** Mutual TLS in Jetty 12.1 (Servlet 6.0). */
class JettyEe10MutualTlsTest extends MutualTlsContract {
    @Override
    Container startTls(ServletContainerInitializer application) {
        return JettyEe10.startTls(application);
    }
}
