/** Asks the core about every request of a servlet container. */
module io.apiaccess.servlet {
    requires io.apiaccess.core;
    requires static org.jspecify;
}
