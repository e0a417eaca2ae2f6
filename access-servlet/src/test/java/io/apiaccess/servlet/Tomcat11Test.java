package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The filter in Tomcat 11, Servlet 6.1. */
@Tag("servlet-6.1")
class Tomcat11Test extends FilterContract {
    @Override
    Container start(Container.Setup setup) {
        return TomcatContainer.start(setup);
    }

    @Override
    String column() {
        return "tomcat-11";
    }

    @Test
    void runsInTheVersionThatItsNameSays() {
        assertTrue(ServerInfo.getServerNumber().startsWith("11.0."));
    }
}
