package io.apiaccess.servlet;

/** The filter in Undertow 2.3, Servlet 6.0. */
class UndertowTest extends FilterContract {
    @Override
    Container start(Container.Setup setup) {
        return UndertowContainer.start(setup);
    }

    @Override
    String column() {
        return "undertow";
    }
}
