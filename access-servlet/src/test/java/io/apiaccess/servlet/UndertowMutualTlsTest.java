package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;

/** Mutual TLS in Undertow 2.3. */
class UndertowMutualTlsTest extends MutualTlsContract {
    @Override
    Container startTls(ServletContainerInitializer application) {
        return UndertowContainer.startTls(application);
    }
}
