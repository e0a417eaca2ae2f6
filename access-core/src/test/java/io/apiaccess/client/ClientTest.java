package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.PolicyId;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a client may be made of, and the states it goes through. */
class ClientTest {
    @Test
    void isActiveWithAutomaticRegistrationUnlessTold() {
        Client acme = Client.named("ACME Company").build();
        assertEquals(Status.ACTIVE, acme.status());
        assertEquals(Registration.AUTOMATIC, acme.registration());
        assertEquals(Optional.empty(), acme.logo());
        assertEquals(Set.of(), acme.references());
    }

    @Test
    void isTheSameThroughABuilder() {
        Client acme = Client.named("ACME Company")
                .id(new ClientId("acme"))
                .description("makes everything\nin two lines")
                .project("retail")
                .policy(new PolicyId("p1"))
                .registration(Registration.MANUAL)
                .build()
                .withStatus(Status.INACTIVE)
                .withRevision(7);
        Client copy = acme.toBuilder().build();
        assertEquals(acme.toString(), copy.toString());
        assertEquals(7, copy.revision());
        assertEquals(acme.id(), copy.id());
        assertEquals(Set.of(new PolicyId("p1")), copy.references());
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> Client.named("ACME\nCompany")
                        .description("d".repeat(2_001))
                        .project(" retail")
                        .logo(new byte[] {1, 2, 3})
                        .build(),
                "client `ACME\\u000aCompany`",
                "name `ACME\\u000aCompany`",
                "description `ddd",
                "project ` retail`",
                "logo of `3` bytes");
        assertEquals(4, message.split("; ").length, message);
    }

    @Test
    @Rule({"X9", "trap 19"})
    void isRetiredForGood() {
        Client retired =
                Client.named("ACME").build().withStatus(Status.INACTIVE).withStatus(Status.RETIRED);
        assertSame(retired, retired.withStatus(Status.RETIRED));
        String message =
                String.valueOf(assertThrows(IllegalStateException.class, () -> retired.withStatus(Status.ACTIVE))
                        .getMessage());
        assertTrue(message.contains("client `ACME`") && message.contains("RETIRED"), message);
    }
}
