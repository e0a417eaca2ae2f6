package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;
import org.junit.jupiter.api.Tag;

/** Mutual TLS in Jetty 12.1 (Servlet 6.1). */
@Tag("servlet-6.1")
class JettyEe11MutualTlsTest extends MutualTlsContract {
    @Override
    Container startTls(ServletContainerInitializer application) {
        return JettyEe11.startTls(application);
    }
}
