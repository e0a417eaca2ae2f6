package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;
import org.junit.jupiter.api.Tag;

/** Mutual TLS in Tomcat 11. */
@Tag("servlet-6.1")
class Tomcat11MutualTlsTest extends MutualTlsContract {
    @Override
    Container startTls(ServletContainerInitializer application) {
        return TomcatContainer.startTls(application);
    }
}
