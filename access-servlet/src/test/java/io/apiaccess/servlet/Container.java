package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;

/** A real servlet container with one application, on a free port of the loopback interface, until it is closed. */
interface Container extends AutoCloseable {
    /** The longest header that it takes: more than the filter looks into. */
    int MAX_HEADER = 64 * 1024;

    /** Returns its port. */
    int port();

    /** Stops it. */
    @Override
    void close();

    /**
     * What is started.
     *
     * @param contextPath the path of the application, empty for the root
     * @param lenient whether the container takes all the request targets that it can be told to take
     * @param application registers the application; what answers 599 has {@code /error} as its error page
     */
    record Setup(String contextPath, boolean lenient, ServletContainerInitializer application) {}
}
