package io.apiaccess.servlet;

/** The token endpoint in Tomcat 10.1, Servlet 6.0. */
class Tomcat10TokenTest extends TokenContract {
    @Override
    Container start(Container.Setup setup) {
        return TomcatContainer.start(setup);
    }
}
