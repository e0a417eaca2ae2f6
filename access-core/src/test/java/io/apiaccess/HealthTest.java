package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.count.FlakyUsageStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The numbers by which an application is watched. */
class HealthTest {
    @Test
    void countsWhatWasDecided() {
        try (Acme acme = new Acme()) {
            acme.decide(GET, "/orders/1");
            acme.decide(GET, "/nowhere");
            acme.decide(GET, "/nowhere");
            Health health = acme.access.health();
            assertEquals(1, health.allowed());
            assertEquals(2, health.denied());
            assertEquals(0, health.unavailable());
            assertEquals(acme.decide(GET, "/orders/1").snapshotRevision(), health.snapshotRevision());
            assertEquals(Duration.ZERO, health.snapshotAge());
            assertTrue(health.storeUp() && health.limitStoreUp() && health.usageStoreUp());
            assertEquals(2, health.usageCounts());
        }
    }

    @Test
    @Rule("S6")
    void countsOnAcrossMinutesAndWrites() {
        try (Acme acme = new Acme()) {
            for (int minute = 0; minute < 10; minute++) {
                acme.decide(GET, "/orders/1");
                acme.time.pass(Duration.ofMinutes(1));
                acme.access.usage().lastUsed(acme.mobile.id());
            }
            assertEquals(10, acme.access.health().allowed());
        }
    }

    @Test
    @Rule({"S6", "trap 20"})
    void showsWhatWaitsAndWhatWasDropped() {
        FlakyUsageStore store = new FlakyUsageStore();
        Acme acme = new Acme(builder -> builder.usageStore(store).usageCounts(1));
        store.mode(FlakyUsageStore.Mode.DOWN);
        acme.decide(GET, "/orders/1");
        acme.decide(GET, "/nowhere");
        assertEquals(1, acme.access.health().usageUnsorted());
        acme.close();
        assertEquals(2, acme.access.health().usageDropped());
    }
}
