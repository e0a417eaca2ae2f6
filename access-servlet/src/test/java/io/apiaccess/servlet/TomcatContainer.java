package io.apiaccess.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.modeler.Registry;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** Tomcat, 10.1 or 11 by the class path. */
record TomcatContainer(Tomcat tomcat) implements Container {
    static {
        // several in one process would register under the same names
        Registry.disableRegistry();
    }

    static Container start(Setup setup) {
        Tomcat tomcat = create();
        if (setup.lenient()) {
            Connector connector = tomcat.getConnector();
            connector.setEncodedSolidusHandling("decode");
            connector.setProperty("allowBackslash", "true");
            connector.setProperty("relaxedPathChars", "\"<>[\\]^`{|}");
            connector.setProperty("rejectIllegalHeader", "false");
        }
        Context context = tomcat.addContext(setup.contextPath(), null);
        context.addServletContainerInitializer(setup.application(), Set.of());
        ErrorPage page = new ErrorPage();
        page.setErrorCode(599);
        page.setLocation("/error");
        context.addErrorPage(page);
        return start(tomcat);
    }

    /** Starts an application that consists of {@code WEB-INF/web.xml} in a folder. */
    static Container start(Path folder, ServletContainerInitializer application) {
        Tomcat tomcat = create();
        Context context = tomcat.addWebapp("", folder.toString());
        context.addServletContainerInitializer(application, Set.of());
        return start(tomcat);
    }

    /** Starts an application that is called over TLS, where callers may show a certificate. */
    static Container startTls(ServletContainerInitializer application) {
        Tomcat tomcat = create();
        Connector connector = tomcat.getConnector();
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("SSLEnabled", "true");
        SSLHostConfig tls = new SSLHostConfig();
        tls.setCertificateVerification("optional");
        tls.setTruststoreFile(TestTls.file("trusted").toString());
        tls.setTruststorePassword(TestTls.PASSWORD);
        SSLHostConfigCertificate own = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
        own.setCertificateKeystoreFile(TestTls.file("server").toString());
        own.setCertificateKeystorePassword(TestTls.PASSWORD);
        tls.addCertificate(own);
        connector.addSslHostConfig(tls);
        tomcat.addContext("", null).addServletContainerInitializer(application, Set.of());
        return start(tomcat);
    }

    private static Tomcat create() {
        Tomcat tomcat = new Tomcat();
        try {
            tomcat.setBaseDir(
                    Files.createTempDirectory(Path.of("target"), "tomcat").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxHttpHeaderSize", String.valueOf(MAX_HEADER));
        tomcat.setConnector(connector);
        return tomcat;
    }

    private static Container start(Tomcat tomcat) {
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
        return new TomcatContainer(tomcat);
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }
}
