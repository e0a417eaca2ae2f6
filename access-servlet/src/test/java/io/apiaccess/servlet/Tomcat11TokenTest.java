package io.apiaccess.servlet;

import org.junit.jupiter.api.Tag;

/** The token endpoint in Tomcat 11, Servlet 6.1. */
@Tag("servlet-6.1")
class Tomcat11TokenTest extends TokenContract {
    @Override
    Container start(Container.Setup setup) {
        return TomcatContainer.start(setup);
    }
}
