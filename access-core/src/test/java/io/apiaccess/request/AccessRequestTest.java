package io.apiaccess.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request takes whatever a caller can send. */
@Rule("D1")
class AccessRequestTest {
    @Test
    void hasNothingUnlessGiven() {
        AccessRequest request = AccessRequest.of(null, null).build();
        assertEquals(Optional.empty(), request.method());
        assertEquals(Optional.empty(), request.path());
        assertEquals(Optional.empty(), request.address());
        assertEquals(List.of(), request.credentials());
        assertEquals(OptionalLong.empty(), request.cost());
    }

    @Test
    void takesNullAsAbsent() {
        AccessRequest request = AccessRequest.of(HttpMethod.GET, "/")
                .from(null)
                .fromAddress(null)
                .apiKey(null)
                .bearer(null)
                .build();
        assertEquals(List.of(), request.credentials());
        assertEquals(Optional.empty(), request.address());
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"//", "no slash", "/a%", "/\0", "/\ud83d", "/../", "/?"})
    void hasNoPathWithoutACanonicalOne(String path) {
        assertEquals(
                Optional.empty(), AccessRequest.of(HttpMethod.GET, path).build().path());
    }

    @Test
    @Rule({"N3", "trap 7"})
    void forgetsAnEarlierAddressForOneThatIsNone() {
        AccessRequest request = AccessRequest.of(HttpMethod.GET, "/")
                .from("127.0.0.1")
                .from("127.0.0.1:80")
                .build();
        assertEquals(Optional.empty(), request.address());
    }

    @Test
    @Rule("D4")
    void keepsABlankCredentialAsOne() {
        AccessRequest request =
                AccessRequest.of(HttpMethod.GET, "/").apiKey("").bearer(" ").build();
        assertEquals(
                List.of(
                        new Credential(Credential.Kind.API_KEY, Secret.of("")),
                        new Credential(Credential.Kind.BEARER, Secret.of(" "))),
                request.credentials());
    }

    @Test
    void isNotChangedByItsBuilder() {
        AccessRequest.Builder builder = AccessRequest.of(HttpMethod.GET, "/").apiKey("one");
        AccessRequest request = builder.build();
        assertEquals(2, builder.bearer("two").build().credentials().size());
        assertEquals(1, request.credentials().size());
    }

    @Test
    @Rule("L6")
    void costsFromNothingToTheMost() {
        assertEquals(OptionalLong.of(0), costing(0));
        assertEquals(OptionalLong.of(Long.MAX_VALUE), costing(Long.MAX_VALUE));
        Refusal.of(() -> costing(-1), "cost", "`-1`", "below 0");
    }

    @Test
    void printsInOneLineWithoutWhatItWasSent() {
        String text = AccessRequest.of(HttpMethod.GET, "/a%20b\n")
                .from("no\naddress")
                .apiKey("hunter2\n")
                .build()
                .toString();
        assertFalse(text.contains("\n") || text.contains("hunter2"), text);
    }

    private static OptionalLong costing(long units) {
        return AccessRequest.of(HttpMethod.GET, "/").cost(units).build().cost();
    }
}
