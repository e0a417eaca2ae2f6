package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Rule;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Registration;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import java.time.Duration;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many statements changes take while others wait for the lock; the same on every database. */
@Rule("S3")
class StatementsTest {
    private static final Logger FIGURES = Logger.getLogger("figures");
    private static final PolicyId POLICY = new PolicyId("gold");
    private static final ClientId CLIENT = new ClientId("acme");
    private static final int FEW = 20;
    private static final int MANY = 220;

    private final TestDatabase database = Databases.fresh(Engine.H2);
    private final CountingSource source = new CountingSource(database.url());
    private final JdbcAccessStore store = JdbcAccessStore.builder(source)
            .timeout(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMinutes(1))
            .build();
    private final AccessControl access = AccessControl.builder().store(store).build();
    private final AccessAdmin admin = access.admin();

    @AfterEach
    void close() {
        access.close();
        database.close();
    }

    @Test
    void changesAPolicyWithoutReadingWhomItHoldsToIt() {
        profiles(0, FEW);
        int few = source.count(this::describePolicy);
        profiles(FEW, MANY);
        assertEquals(few, said("a policy's description, held by " + MANY, this::describePolicy));
    }

    @Test
    void takesALimitFromAPolicyReadingInPages() {
        profiles(0, FEW);
        int few = source.count(this::renameLimit);
        profiles(FEW, MANY);
        assertEquals(few, said("a policy's limit, held by " + MANY, this::renameLimit));
    }

    @Test
    void readsEachProfileOnceWhereAllOfAClientChange() {
        profiles(0, MANY);
        int statements = said("a client's registration, with " + MANY + " profiles", this::switchRegistration);
        assertTrue(statements < MANY * 13, () -> statements + " statements");
    }

    @Test
    void readsEachProfileOnceWhereAllOfAClientGo() {
        profiles(0, MANY);
        int statements = said("deleting a client with " + MANY + " profiles", () -> admin.delete(CLIENT, true));
        assertTrue(statements < MANY * 6, () -> statements + " statements");
    }

    private int said(String what, Runnable work) {
        int statements = source.count(work);
        FIGURES.info(() -> what + ": " + statements + " statements");
        return statements;
    }

    private void describePolicy() {
        Policy policy = admin.get(POLICY);
        admin.update(policy.toBuilder()
                .description("changed at " + policy.revision())
                .build());
    }

    private void renameLimit() {
        Policy policy = admin.get(POLICY);
        admin.update(Policy.named(policy.name())
                .id(POLICY)
                .limit(RateLimit.of(5).per(Duration.ofSeconds(1)).named("limit " + policy.revision()))
                .build()
                .withRevision(policy.revision()));
    }

    private void switchRegistration() {
        admin.update(admin.get(CLIENT).toBuilder()
                .registration(Registration.MANUAL)
                .build());
    }

    private void profiles(int from, int to) {
        store.write(transaction -> {
            if (transaction.find(POLICY).isEmpty()) {
                transaction.put(Policy.named("Gold")
                        .id(POLICY)
                        .limit(RateLimit.of(5).per(Duration.ofSeconds(1)).named("first"))
                        .build());
                transaction.put(Client.named("ACME").id(CLIENT).build());
            }
            for (int i = from; i < to; i++) {
                transaction.put(AccessProfile.named("profile " + i, CLIENT)
                        .policy(POLICY)
                        .build());
            }
            return 0;
        });
        access.refreshNow();
    }
}
