package io.apiaccess.servlet;

/** The filter in Jetty 12.1, Servlet 6.0. */
class JettyEe10Test extends FilterContract {
    @Override
    Container start(Container.Setup setup) {
        return JettyEe10.start(setup);
    }

    @Override
    String column() {
        return "jetty-ee10";
    }
}
