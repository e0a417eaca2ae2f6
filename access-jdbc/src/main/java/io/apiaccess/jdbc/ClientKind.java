package io.apiaccess.jdbc;

import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.PolicyId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Clients. */
final class ClientKind extends Kind<Client> {
    private static final String KEY = "client_id";
    private static final Table MAIN = Table.main(
            "access_client", "name", "description", "logo:BYTES", "project", "policy_id", "registration", "status");
    private static final Table LABELS = Table.part("access_client_label", KEY, "label");
    private static final Table OVERRIDES =
            Table.part("access_client_override", KEY, "policy_id", "limit_name", "units:NUMBER", "until_instant:TIME");

    ClientKind() {
        super(Client.class, ClientId::new, MAIN, LABELS, OVERRIDES);
    }

    @Override
    void write(Client client, Sheet sheet) {
        sheet.main(
                client.name(),
                client.description(),
                client.logo().map(logo -> logo.bytes()),
                client.project(),
                client.policy(),
                client.registration(),
                client.status());
        client.labels().forEach(label -> sheet.add(LABELS, label));
        client.overrides().all().forEach(override -> write(override, OVERRIDES, sheet));
    }

    static void write(LimitOverride override, Table table, Sheet sheet) {
        sheet.add(table, override.policy(), override.limit(), override.max(), override.until());
    }

    static LimitOverride override(Row row) {
        return new LimitOverride(new PolicyId(row.text()), row.text(), row.number(), row.instant());
    }

    @Override
    Client read(Sheet sheet) {
        Row main = sheet.main();
        Client.Builder client =
                Client.named(main.text()).id(new ClientId(sheet.id())).description(main.textOrNull());
        byte @Nullable [] logo = main.bytesOrNull();
        if (logo != null) {
            client.logo(logo);
        }
        client.project(main.textOrNull());
        @Nullable String policy = main.textOrNull();
        client.policy(policy == null ? null : new PolicyId(policy)).registration(main.constant(Registration.class));
        sheet.rows(LABELS).forEach(row -> client.label(row.text()));
        sheet.rows(OVERRIDES).forEach(row -> client.override(override(row)));
        return client.build().withStatus(main.constant(Status.class));
    }

    @Override
    Map<String, Enum<?>> states(Client client) {
        return Map.of("status", client.status());
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.ofEntries(refer(PolicyId.class, "access_client policy_id", "access_client_override policy_id"));
    }
}
