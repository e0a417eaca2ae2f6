/** Asks the core about every request of a servlet container. */
module io.apiaccess.servlet {
    requires transitive io.apiaccess.core;
    requires transitive jakarta.servlet;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.apiaccess.servlet;
}
