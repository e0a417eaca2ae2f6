package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Test;

/** The filter in Tomcat 10.1, Servlet 6.0. */
class Tomcat10Test extends FilterContract {
    @Override
    Container start(Container.Setup setup) {
        return TomcatContainer.start(setup);
    }

    @Override
    String column() {
        return "tomcat-10.1";
    }

    @Test
    void runsInTheVersionThatItsNameSays() {
        assertTrue(ServerInfo.getServerNumber().startsWith("10.1."));
    }
}
