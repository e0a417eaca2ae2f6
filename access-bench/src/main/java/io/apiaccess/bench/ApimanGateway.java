package io.apiaccess.bench;

import io.apiman.common.util.crypt.IDataEncrypter;
import io.apiman.gateway.engine.IApiConnection;
import io.apiman.gateway.engine.IApiConnectionResponse;
import io.apiman.gateway.engine.IApiConnector;
import io.apiman.gateway.engine.IApiRequestExecutor;
import io.apiman.gateway.engine.IComponentRegistry;
import io.apiman.gateway.engine.IConnectorConfig;
import io.apiman.gateway.engine.IConnectorFactory;
import io.apiman.gateway.engine.IEngine;
import io.apiman.gateway.engine.IPluginRegistry;
import io.apiman.gateway.engine.IRegistry;
import io.apiman.gateway.engine.async.AsyncResultImpl;
import io.apiman.gateway.engine.async.IAsyncHandler;
import io.apiman.gateway.engine.async.IAsyncResultHandler;
import io.apiman.gateway.engine.auth.RequiredAuthType;
import io.apiman.gateway.engine.beans.Api;
import io.apiman.gateway.engine.beans.ApiRequest;
import io.apiman.gateway.engine.beans.ApiResponse;
import io.apiman.gateway.engine.beans.Client;
import io.apiman.gateway.engine.beans.Contract;
import io.apiman.gateway.engine.beans.Policy;
import io.apiman.gateway.engine.components.IBufferFactoryComponent;
import io.apiman.gateway.engine.impl.ByteBufferFactoryComponent;
import io.apiman.gateway.engine.impl.DefaultComponentRegistry;
import io.apiman.gateway.engine.impl.DefaultEngineFactory;
import io.apiman.gateway.engine.impl.InMemoryRegistry;
import io.apiman.gateway.engine.io.IApimanBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * apiman's gateway engine with everything in memory: an API per collection, a client per profile with a contract for each
 * granted one, held to a list of addresses, a rate and a quota; what is behind the gateway answers at once.
 */
final class ApimanGateway implements Peer {
    private static final String ORGANIZATION = "organization";
    private static final String VERSION = "1";
    private static final String POLICIES = "class:io.apiman.gateway.engine.policies.";

    private final IEngine engine = new Factory().createEngine();

    ApimanGateway(String[] keys) {
        for (int i = 0; i < Load.COLLECTIONS; i++) {
            Api api = new Api();
            api.setOrganizationId(ORGANIZATION);
            api.setApiId("api" + i);
            api.setVersion(VERSION);
            api.setEndpoint("http://localhost/");
            api.setEndpointType("rest");
            api.setApiPolicies(new ArrayList<>());
            engine.getRegistry().publishApi(api, done("publish"));
        }
        for (int i = 0; i < keys.length; i++) {
            Client client = new Client();
            client.setOrganizationId(ORGANIZATION);
            client.setClientId("profile" + i);
            client.setVersion(VERSION);
            client.setApiKey(keys[i]);
            for (int j = 0; j < Load.GRANTED; j++) {
                Contract contract = new Contract();
                contract.setApiOrgId(ORGANIZATION);
                contract.setApiId("api" + (i + j) % Load.COLLECTIONS);
                contract.setApiVersion(VERSION);
                contract.setPlan("gold");
                contract.setPolicies(policies(i));
                client.addContract(contract);
            }
            engine.getRegistry().registerClient(client, done("register"));
        }
    }

    @Override
    public boolean allows(Call call) {
        ApiRequest request = new ApiRequest();
        request.setApiKey(call.key());
        request.setApiOrgId(ORGANIZATION);
        request.setApiId(apiOf(call.path()));
        request.setApiVersion(VERSION);
        request.setType("GET");
        request.setDestination(call.path());
        request.setUrl(call.path());
        request.setRemoteAddr(call.from());
        boolean[] passed = new boolean[1];
        IApiRequestExecutor executor = engine.executor(
                request,
                result -> passed[0] = result.isSuccess() && result.getResult().isResponse());
        executor.streamHandler(stream -> stream.end());
        executor.execute();
        return passed[0];
    }

    private static String apiOf(String path) {
        return path.substring(1, path.indexOf('/', 1));
    }

    private static List<Policy> policies(int profile) {
        String ranges = Load.ranges(profile).stream().map(it -> '"' + it + '"').collect(Collectors.joining(","));
        return List.of(
                policy("IPWhitelistPolicy", "{\"ipList\":[" + ranges + "],\"responseCode\":403}"),
                policy(
                        "RateLimitingPolicy",
                        "{\"limit\":10000000000,\"granularity\":\"Client\",\"period\":\"Minute\"}"),
                policy("QuotaPolicy", "{\"limit\":1000000000000000,\"granularity\":\"Client\",\"period\":\"Month\"}"));
    }

    private static Policy policy(String name, String configuration) {
        Policy policy = new Policy();
        policy.setPolicyImpl(POLICIES + name);
        policy.setPolicyJsonConfig(configuration);
        return policy;
    }

    private static IAsyncResultHandler<Void> done(String what) {
        return result -> {
            if (result.isError()) {
                throw new IllegalStateException("apiman does not " + what, result.getError());
            }
        };
    }

    /** An engine that keeps everything in memory, and policies as they were given. */
    private static final class Factory extends DefaultEngineFactory {
        @Override
        protected IRegistry createRegistry(IPluginRegistry plugins, IDataEncrypter encrypter) {
            return new InMemoryRegistry();
        }

        @Override
        protected IComponentRegistry createComponentRegistry(IPluginRegistry plugins) {
            return new Components();
        }

        @Override
        protected IConnectorFactory createConnectorFactory(IPluginRegistry plugins) {
            return new Behind();
        }

        @Override
        protected void complete() {}
    }

    /** The components that policies ask for. */
    private static final class Components extends DefaultComponentRegistry {
        Components() {
            addComponent(IBufferFactoryComponent.class, new ByteBufferFactoryComponent());
        }
    }

    /** What is behind the gateway. */
    private static final class Behind implements IConnectorFactory {
        private static final IApiConnector CONNECTOR = (request, handler) -> {
            handler.handle(AsyncResultImpl.create(new Answer()));
            return new Connection();
        };

        @Override
        public IApiConnector createConnector(
                ApiRequest request,
                Api api,
                RequiredAuthType type,
                boolean hasPolicies,
                @Nullable IConnectorConfig config) {
            return CONNECTOR;
        }

        @Override
        public @Nullable IConnectorConfig createConnectorConfig(ApiRequest request, Api api) {
            return null;
        }
    }

    /** Takes what is sent. */
    private static final class Connection implements IApiConnection {
        private boolean finished;

        @Override
        public boolean isConnected() {
            return !finished;
        }

        @Override
        public void write(IApimanBuffer chunk) {}

        @Override
        public void end() {
            finished = true;
        }

        @Override
        public boolean isFinished() {
            return finished;
        }

        @Override
        public void abort(@Nullable Throwable reason) {
            finished = true;
        }
    }

    /** An answer without a body. */
    private static final class Answer implements IApiConnectionResponse {
        private final ApiResponse head = new ApiResponse();
        private @Nullable IAsyncHandler<Void> end;
        private boolean finished;

        Answer() {
            head.setCode(200);
        }

        @Override
        public void transmit() {
            finished = true;
            if (end != null) {
                end.handle(null);
            }
        }

        @Override
        public void bodyHandler(IAsyncHandler<IApimanBuffer> handler) {}

        @Override
        public void endHandler(IAsyncHandler<Void> handler) {
            end = handler;
        }

        @Override
        public ApiResponse getHead() {
            return head;
        }

        @Override
        public boolean isFinished() {
            return finished;
        }

        @Override
        public void abort(@Nullable Throwable reason) {
            finished = true;
        }
    }
}
