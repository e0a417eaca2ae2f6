/** Decides access to APIs: clients, access profiles, collections, policies, and whether a request may pass. */
@SuppressWarnings("module") // io.apiaccess.servlet and io.apiaccess.jdbc are built after this module
module io.apiaccess.core {
    requires com.nimbusds.jose.jwt;
    requires org.apache.commons.net;
    requires transitive java.net.http;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.apiaccess;
    exports io.apiaccess.admin;
    exports io.apiaccess.api;
    exports io.apiaccess.check to
            io.apiaccess.jdbc,
            io.apiaccess.servlet;
    exports io.apiaccess.client;
    exports io.apiaccess.counter to
            io.apiaccess.jdbc;
    exports io.apiaccess.decision;
    exports io.apiaccess.entity;
    exports io.apiaccess.jwt;
    exports io.apiaccess.memory;
    exports io.apiaccess.oauth;
    exports io.apiaccess.policy;
    exports io.apiaccess.request;
    exports io.apiaccess.spi;
}
