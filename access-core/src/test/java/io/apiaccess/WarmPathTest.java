package io.apiaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an allowed decision costs that does not depend on the machine's speed. */
@Rule("S2")
class WarmPathTest {
    private static final int PROFILES = 64;
    private static final int WARM_UP = 40_000;
    private static final int MEASURED = 40_000;
    private static final int DECISIONS = 500_000;
    /** Half as much again as was measured when this was written. */
    private static final long MAX_BYTES = 900;

    private static final Set<String> WAITS = Set.of(
            "jdk.JavaMonitorEnter",
            "jdk.JavaMonitorWait",
            "jdk.ThreadPark",
            "jdk.ThreadSleep",
            "jdk.FileRead",
            "jdk.FileWrite",
            "jdk.SocketRead",
            "jdk.SocketWrite");

    private final AccessControl access = AccessControl.inMemory();
    private final List<AccessRequest> requests = new ArrayList<>();

    @BeforeEach
    void makeProfiles() {
        AccessAdmin admin = access.admin();
        ApiCollection.Builder orders = ApiCollection.named("Orders");
        for (int i = 0; i < 5; i++) {
            orders.route("/orders" + i + "/{id}", HttpMethod.GET);
        }
        ApiCollection granted = admin.create(orders.build());
        Policy gold = admin.create(Policy.named("Gold")
                .limit(RateLimit.of(1_000_000_000).per(Duration.ofMinutes(1)))
                .limit(Quota.of(1_000_000_000_000L).perMonth())
                .build());
        Client client = admin.create(Client.named("ACME").build());
        for (int i = 0; i < PROFILES; i++) {
            AccessProfile profile = admin.create(AccessProfile.named("profile " + i, client.id())
                    .grant(granted.id())
                    .policy(gold.id())
                    .allowFrom("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 2001:db8::/32")
                    .build());
            requests.add(AccessRequest.of(HttpMethod.GET, "/orders" + i % 5 + "/" + i)
                    .from("10.1.2." + i)
                    .apiKey(admin.issueKey(profile.id()).reveal())
                    .build());
        }
    }

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void allocatesLittle() {
        decide(0, WARM_UP);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            decide(0, MEASURED);
            least = Math.min(least, (threads.getThreadAllocatedBytes(thread) - before) / MEASURED);
        }
        long bytes = least;
        assertTrue(bytes <= MAX_BYTES, () -> "an allowed decision allocates " + bytes + " bytes");
    }

    @Test
    void waitsForNothingAndReadsNothing(@TempDir Path folder) throws Exception {
        // a subject that is new makes its limits look at others, and so may wait for one
        decide(0, WARM_UP);
        decide(1, WARM_UP);
        Path file = folder.resolve("waits.jfr");
        List<Thread> callers = new ArrayList<>();
        try (Recording recording = new Recording()) {
            WAITS.forEach(wait -> recording.enable(wait).withThreshold(Duration.ZERO));
            recording.start();
            for (int i = 0; i < 2; i++) {
                int first = i;
                Thread caller = new Thread(() -> decide(first, DECISIONS), "caller " + i);
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            recording.stop();
            recording.dump(file);
        }
        assertTrue(Files.size(file) > 0);
        assertEquals(List.of(), waitsOfCallers(file));
    }

    /** Makes calls of every second profile, so that two threads have profiles of their own. */
    private void decide(int first, int calls) {
        for (int i = 0; i < calls; i++) {
            if (!access.decider()
                    .decide(requests.get((2 * i + first) % PROFILES))
                    .isAllowed()) {
                throw new AssertionError("call " + i + " is denied");
            }
        }
    }

    private static List<String> waitsOfCallers(Path file) throws IOException {
        List<String> waits = new ArrayList<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            String name = event.getThread() == null
                    ? ""
                    : String.valueOf(event.getThread().getJavaName());
            if (name.startsWith("caller ") && !isClassLoading(event)) {
                waits.add(event.toString());
            }
        }
        return waits;
    }

    private static boolean isClassLoading(RecordedEvent event) {
        String path = event.hasField("path") ? String.valueOf(event.getString("path")) : "";
        return path.endsWith(".class") || path.endsWith(".jar") || path.endsWith("modules");
    }
}
