package io.apiaccess.servlet;

/** The token endpoint in Jetty 12.1, Servlet 6.0. */
class JettyEe10TokenTest extends TokenContract {
    @Override
    Container start(Container.Setup setup) {
        return JettyEe10.start(setup);
    }
}
