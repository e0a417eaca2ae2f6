package io.apiaccess.servlet;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/** Undertow 2.3. */
record UndertowContainer(Undertow undertow, DeploymentManager deployment) implements Container {
    static Container start(Setup setup) {
        return start(setup, builder -> builder.addHttpListener(0, "127.0.0.1"));
    }

    /** Starts an application that is called over TLS, where callers may show a certificate. */
    static Container startTls(ServletContainerInitializer application) {
        return start(
                new Setup("", false, application),
                builder -> builder.addHttpsListener(0, "127.0.0.1", TestTls.context("server"))
                        .setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUESTED));
    }

    private static Container start(Setup setup, UnaryOperator<Undertow.Builder> listener) {
        DeploymentInfo info = Servlets.deployment()
                .setClassLoader(UndertowContainer.class.getClassLoader())
                .setContextPath(setup.contextPath().isEmpty() ? "/" : setup.contextPath())
                .setDeploymentName("application")
                .addErrorPage(Servlets.errorPage("/error", 599))
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        setup.application().getClass(), new ImmediateInstanceFactory<>(setup.application()), Set.of()));
        DeploymentManager deployment = Servlets.newContainer().addDeployment(info);
        deployment.deploy();
        try {
            PathHandler handler = new PathHandler().addPrefixPath(info.getContextPath(), deployment.start());
            Undertow undertow = listener.apply(Undertow.builder())
                    .setIoThreads(2)
                    .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
                    .setServerOption(UndertowOptions.DECODE_SLASH, setup.lenient())
                    .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, setup.lenient())
                    .setHandler(handler)
                    .build();
            undertow.start();
            return new UndertowContainer(undertow, deployment);
        } catch (ServletException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        undertow.stop();
        try {
            deployment.stop();
        } catch (ServletException e) {
            throw new IllegalStateException(e);
        }
        deployment.undeploy();
    }
}
