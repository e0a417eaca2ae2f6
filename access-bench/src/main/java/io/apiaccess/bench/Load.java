package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.Secret;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStore.Transaction;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The configuration and the requests of the figures: profiles in force, ten to a client, each with one key, an allow list of
 * four ranges, three granted collections of five routes, one rate and one quota that do not trip.
 */
final class Load {
    static final int COLLECTIONS = 12;
    static final int ROUTES = 5;
    static final int GRANTED = 3;
    static final int CLIENT_SIZE = 10;
    private static final KeyFormat FORMAT = new KeyFormat(KeyFormat.DEFAULT_PREFIX);
    private static final KeyHasher HASHER = new KeyHasher(List.of());

    private static final SecureRandom STRANGERS = new SecureRandom();

    private final String[] keys;
    private final List<ApiCollection> collections = new ArrayList<>();
    private final AccessStore store = new MemoryAccessStore();
    private final SplittableRandom random = new SplittableRandom(20_260_302);

    Load(int profiles) {
        keys = new String[profiles];
        SecureRandom secrets = new SecureRandom();
        store.write(to -> {
            Policy policy = to.put(gold());
            for (int i = 0; i < COLLECTIONS; i++) {
                collections.add(to.put(collection(i)));
            }
            Client client = null;
            for (int i = 0; i < profiles; i++) {
                if (client == null || i % CLIENT_SIZE == 0) {
                    client = to.put(Client.named("client " + i / CLIENT_SIZE).build());
                }
                keys[i] = add(to, i, client, policy, secrets);
            }
            return null;
        });
    }

    /** Returns the load that has a name, as {@code 1000/4096}: so many profiles. */
    static Load of(String name) {
        return new Load(Integer.parseInt(name.substring(0, name.indexOf('/'))));
    }

    /** Returns how many requests the name of a load asks for. */
    static int requestsOf(String name) {
        return Integer.parseInt(name.substring(name.indexOf('/') + 1));
    }

    /** Puts a profile with its key, and returns the key's text. */
    private String add(Transaction to, int number, Client client, Policy policy, SecureRandom secrets) {
        AccessProfile.Builder profile = AccessProfile.named("profile " + number, client.id())
                .policy(policy.id())
                .allowFrom(String.join(", ", ranges(number)));
        for (int j = 0; j < GRANTED; j++) {
            profile.grant(collections.get((number + j) % COLLECTIONS).id());
        }
        AccessProfile stored = to.put(profile.build());
        String key = newKey(secrets);
        to.put(key(key, stored.id()));
        return key;
    }

    /** Returns the texts of the keys, in the order of the profiles. */
    String[] keys() {
        return keys;
    }

    AccessStore store() {
        return store;
    }

    AccessControl open() {
        return AccessControl.builder().store(store).build();
    }

    /** Returns so many requests that pass, of profiles at random. */
    AccessRequest[] allowed(int requests) {
        return allowed(requests, 0, 1);
    }

    /** Returns so many requests that pass, of profiles at random that are in one of so many parts of all. */
    AccessRequest[] allowed(int requests, int part, int parts) {
        AccessRequest[] all = new AccessRequest[requests];
        for (int i = 0; i < requests; i++) {
            int profile = random.nextInt(keys.length / parts) * parts + part;
            int collection = (profile + random.nextInt(GRANTED)) % COLLECTIONS;
            all[i] = request(keys[profile], collection, "10.1." + random.nextInt(256) + "." + random.nextInt(256));
        }
        return all;
    }

    /** Adds so many profiles that may call once a day, and returns a request of each, which passes once. */
    AccessRequest[] limited(int profiles) {
        SecureRandom secrets = new SecureRandom();
        return store.write(to -> {
            Policy policy = to.put(Policy.named("once a day")
                    .limit(RateLimit.of(1).per(Duration.ofDays(1)))
                    .limit(Quota.of(1_000_000_000_000_000L).perMonth())
                    .build());
            Client client = to.put(Client.named("client without patience").build());
            AccessRequest[] all = new AccessRequest[profiles];
            for (int i = 0; i < profiles; i++) {
                String key = add(to, keys.length + i, client, policy, secrets);
                all[i] = request(key, (keys.length + i) % COLLECTIONS, "10.0.0.1");
            }
            return all;
        });
    }

    /** Returns a floor with the same profiles. */
    Floor floor() throws GeneralSecurityException {
        Floor floor = new Floor(keys.length);
        for (int i = 0; i < keys.length; i++) {
            long grants = 0;
            for (int j = 0; j < GRANTED; j++) {
                grants |= 1L << (i + j) % COLLECTIONS;
            }
            int[] networks = {10 << 24, 192 << 24 | 168 << 16 | i % 256 << 8, 172 << 24 | 16 << 16, 11 << 24};
            floor.add(keys[i], networks, new int[] {8, 24, 12, 32}, grants);
        }
        return floor;
    }

    /** Returns requests to the floor that are the same as some to the library. */
    static Floor.Request[] forFloor(AccessRequest[] requests) {
        Floor.Request[] all = new Floor.Request[requests.length];
        for (int i = 0; i < all.length; i++) {
            AccessRequest it = requests[i];
            all[i] = Floor.Request.of(
                    it.credentials().get(0).secret().reveal(),
                    it.path().orElseThrow().toString(),
                    it.address().orElseThrow().toString());
        }
        return all;
    }

    /** Returns a well-formed key that nobody has. */
    static String strangeKey() {
        return FORMAT.generate(STRANGERS).reveal();
    }

    /** Returns the request of a profile to a collection that it has not. */
    AccessRequest ungranted(AccessRequest granted) {
        String collection = granted.path().orElseThrow().segments().get(0).substring("api".length());
        String key = granted.credentials().get(0).secret().reveal();
        return request(key, (Integer.parseInt(collection) + GRANTED) % COLLECTIONS, "10.0.0.1");
    }

    AccessRequest request(String key, int collection, String address) {
        return AccessRequest.of(
                        HttpMethod.GET,
                        "/api" + collection + "/v1/things" + random.nextInt(ROUTES) + "/" + random.nextInt(1_000))
                .apiKey(key)
                .from(address)
                .build();
    }

    static Policy gold() {
        return Policy.named("gold")
                .limit(RateLimit.of(10_000_000_000L).per(Duration.ofMinutes(1)))
                .limit(Quota.of(1_000_000_000_000_000L).perMonth())
                .build();
    }

    /** Returns from where a profile may call. */
    static List<String> ranges(int profile) {
        return List.of("10.0.0.0/8", "192.168." + profile % 256 + ".0/24", "172.16.0.0/12", "2001:db8::/32");
    }

    static String newKey(SecureRandom secrets) {
        return FORMAT.generate(secrets).reveal();
    }

    static KeyId idOf(String key) {
        return FORMAT.idOf(Secret.of(key));
    }

    static ApiKey key(String text, ProfileId profile) {
        return ApiKey.of(idOf(text), profile, HASHER.seal(HASHER.sha256(text)))
                .hint(text.substring(text.length() - 4))
                .build();
    }

    /** Returns a request that passes, of the profile with a number and a key. */
    static AccessRequest passing(int profile, String key) {
        return AccessRequest.of(HttpMethod.GET, "/api" + profile % COLLECTIONS + "/v1/things0/1")
                .apiKey(key)
                .from("10.1.2.3")
                .build();
    }

    static ApiCollection collection(int number) {
        ApiCollection.Builder collection = ApiCollection.named("collection " + number);
        for (int i = 0; i < ROUTES; i++) {
            collection.route("/api" + number + "/v1/things" + i + "/{id}", HttpMethod.GET);
        }
        return collection.build();
    }
}
