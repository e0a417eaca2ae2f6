package io.apiaccess.servlet;

import org.junit.jupiter.api.Tag;

/** The token endpoint in Jetty 12.1, Servlet 6.1. */
@Tag("servlet-6.1")
class JettyEe11TokenTest extends TokenContract {
    @Override
    Container start(Container.Setup setup) {
        return JettyEe11.start(setup);
    }
}
