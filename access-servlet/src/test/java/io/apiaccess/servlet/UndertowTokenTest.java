package io.apiaccess.servlet;

/** The token endpoint in Undertow 2.3, Servlet 6.0. */
class UndertowTokenTest extends TokenContract {
    @Override
    Container start(Container.Setup setup) {
        return UndertowContainer.start(setup);
    }
}
