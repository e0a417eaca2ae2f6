package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;

/** Mutual TLS in Tomcat 10.1. */
class Tomcat10MutualTlsTest extends MutualTlsContract {
    @Override
    Container startTls(ServletContainerInitializer application) {
        return TomcatContainer.startTls(application);
    }
}
