package io.apiaccess.engine;

import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.json.MalformedException;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.jwt.ProfileClaim;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.keyset.KeySets;
import io.apiaccess.keyset.UnavailableException;
import io.apiaccess.snapshot.Ways;
import io.apiaccess.token.ClaimCheck;
import io.apiaccess.token.CompactJws;
import io.apiaccess.token.KindCheck;
import io.apiaccess.token.Naming;
import io.apiaccess.token.Places;
import io.apiaccess.token.Proof;
import io.apiaccess.token.TokenCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens at a decision: read and matched to a profile in stage 1, proven in stage 2. Thread-safe. */
public final class Tokens {
    private final Places places;
    private final KeyLookup keys;
    private final KeyHasher hasher;
    private final TokenCache cache;
    private final KeySets keySets;

    /**
     * Returns them.
     *
     * @param places where a token names its profile
     */
    public Tokens(Places places, KeyFormat format, KeyHasher hasher, TokenCache cache, KeySets keySets) {
        this.places = places;
        this.keys = new KeyLookup(format, hasher);
        this.hasher = hasher;
        this.cache = cache;
        this.keySets = keySets;
    }

    /**
     * A token that was offered.
     *
     * @param digest of its text
     * @param jws what it says
     * @param naming which profile it names
     * @param proven what is remembered of its proof, or {@code null}
     */
    record Offered(KeyDigest digest, CompactJws jws, Naming naming, TokenCache.@Nullable Entry proven) {}

    /** Returns whether a text has the form of a signed token, or is too long for any: then nothing is done with it. */
    static boolean looksSigned(String text) {
        if (text.length() > CompactJws.MAX_LENGTH) {
            return true;
        }
        int first = text.indexOf('.');
        int second = first < 0 ? -1 : text.indexOf('.', first + 1);
        return second >= 0 && text.indexOf('.', second + 1) < 0;
    }

    Places places() {
        return places;
    }

    KeyDigest digest(String text) {
        return hasher.plain(text);
    }

    /** Finds whose a token is, if it is one and what it says is true. */
    @Nullable DenyReason identify(Case it, String text) {
        KeyDigest digest;
        TokenCache.Entry proven;
        CompactJws jws;
        try {
            CompactJws.requireShape(text);
            digest = digest(text);
            proven = cache.find(digest);
            jws = proven == null ? CompactJws.parse(text) : proven.token();
        } catch (MalformedException e) {
            it.present().malformed(e.fault());
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        Named named = named(it, jws);
        it.present().offer(new Offered(digest, jws, named.naming, proven));
        if (named.ways == null) {
            return named.naming.refusal() == null ? DenyReason.UNKNOWN_CREDENTIAL : named.naming.refusal();
        }
        it.hold(named.ways);
        return null;
    }

    /** Proves a token for its profile, or says why that cannot be. */
    @Nullable DenyReason prove(Case it, Offered offered, AccessProfile profile, TokenAuthentication by) {
        if (by instanceof OAuth2 oauth && !oauth.takesSigned()) {
            return DenyReason.WRONG_METHOD;
        }
        TokenCache.Entry proven = offered.proven != null && offered.proven.isFor(profile, by) ? offered.proven : null;
        JwtKey key;
        try {
            key = key(offered, by, proven == null ? null : proven.key());
        } catch (UnavailableException e) {
            return DenyReason.UNAVAILABLE;
        }
        if (key == null) {
            return DenyReason.INVALID_SIGNATURE;
        }
        TokenCache.Entry known = proven != null && key.equals(proven.key()) ? proven : null;
        ClaimCheck.Fault fault = known == null
                ? fault(it, offered.jws, by)
                : ClaimCheck.findAgain(
                        offered.jws.claims(), it.request.certificate().orElse(null), it.now);
        it.present().proven(key, fault);
        if (fault != null) {
            forget(offered.digest, fault);
            return fault.reason();
        }
        Set<String> scopes = known == null ? scopes(offered.jws, by) : known.scopes();
        if (known == null) {
            cache.put(
                    offered.digest,
                    new TokenCache.Entry(offered.jws, key, profile.id(), profile.revision(), by, scopes));
        }
        it.present().proves(offered.jws.claims(), scopes);
        return null;
    }

    /** Returns the scopes of a token; an access token that says nothing of them holds none. */
    private static @Nullable Set<String> scopes(CompactJws jws, TokenAuthentication by) {
        return ClaimCheck.scopes(jws.claims()).orElse(by instanceof OAuth2 ? Set.of() : null);
    }

    /** What another certificate would set right, stays: a thief's calls cost the owner nothing. */
    private void forget(KeyDigest digest, ClaimCheck.Fault fault) {
        if (fault != ClaimCheck.Fault.CERTIFICATE) {
            cache.remove(digest);
        }
    }

    private static ClaimCheck.@Nullable Fault fault(Case it, CompactJws jws, TokenAuthentication by) {
        ClaimCheck.Fault ofKind = KindCheck.find(jws, by);
        return ofKind == null
                ? ClaimCheck.find(jws, by.claims(), it.request.certificate().orElse(null), it.now)
                : ofKind;
    }

    /**
     * Which profile a token names.
     *
     * @param naming how it names it
     * @param ways those of the profile, or {@code null} if there is none
     */
    private record Named(Naming naming, @Nullable Ways ways) {
        boolean isOAuth() {
            return ways != null && Places.isOAuth(ways.authentication());
        }
    }

    /** C7: where nothing else is said, each kind of profile is named in the places of its own, and in no others. */
    private Named named(Case it, CompactJws jws) {
        ProfileClaim said = places.said(Naming.issuer(jws));
        if (said != null) {
            return named(it, jws, said);
        }
        Named asOAuth = named(it, jws, ProfileClaim.oauth());
        if (asOAuth.isOAuth()) {
            return asOAuth;
        }
        Naming standard = Naming.of(jws, ProfileClaim.standard());
        Named named = standard.equals(asOAuth.naming) ? asOAuth : named(it, standard, ProfileClaim.standard());
        return named.isOAuth() ? new Named(asOAuth.naming, null) : named;
    }

    private Named named(Case it, CompactJws jws, ProfileClaim places) {
        return named(it, Naming.of(jws, places), places);
    }

    private Named named(Case it, Naming naming, ProfileClaim places) {
        return new Named(naming, naming.refusal() == null ? ways(it, naming, places) : null);
    }

    /**
     * C7: external subjects first, then profile ids, then where that is said the profile's keys in force. A profile whose
     * client cannot be read has no terms to prove a token by, and before the proof nothing is said of it: it is not found.
     */
    @Nullable Ways ways(Case it, Naming naming, ProfileClaim named) {
        ProfileId external = it.snapshot.profileKnownAs(naming.issuer(), naming.value());
        if (external != null) {
            Ways ways = it.snapshot.ways(external);
            if (ways != null && isKnownAs(ways.authentication(), naming)) {
                return ways;
            }
        }
        if (Faults.isId(naming.value())) {
            Ways ways = it.snapshot.ways(new ProfileId(naming.value()));
            if (ways != null) {
                return ways;
            }
        }
        ApiKey key = named.mayBeApiKey() ? keys.findInForce(it.snapshot, naming.value(), it.now) : null;
        return key == null ? null : it.snapshot.ways(key.profile());
    }

    /** Returns the key that verifies a token: of those given to the profile, and where none does, of those fetched for it. */
    private @Nullable JwtKey key(Offered offered, TokenAuthentication by, @Nullable JwtKey remembered)
            throws UnavailableException {
        CompactJws jws = offered.jws;
        boolean selects = !offered.naming.isByKeyId();
        if (remembered != null && by.keys().contains(remembered)) {
            return remembered;
        }
        JwtKey given = remembered == null ? Proof.find(jws, by, by.keys(), List.of(), selects) : null;
        KeySource source = by.keySource().orElse(null);
        Optional<String> id = selects ? jws.keyId() : Optional.empty();
        if (given != null || source == null || !by.algorithms().contains(jws.algorithm()) || isNamed(jws, by, id)) {
            return given;
        }
        List<JwtKey> fetched = keySets.find(source, id);
        return remembered != null && fetched.contains(remembered)
                ? remembered
                : Proof.find(jws, by, concat(by.keys(), fetched), by.keys(), selects);
    }

    /** Returns whether a token asks for a key by an id that one which was given for its algorithm has. */
    private static boolean isNamed(CompactJws jws, TokenAuthentication by, Optional<String> id) {
        return id.isPresent()
                && by.keys().stream()
                        .anyMatch(key -> key.id().equals(id) && key.algorithms().contains(jws.algorithm()));
    }

    private static List<JwtKey> concat(List<JwtKey> given, List<JwtKey> fetched) {
        List<JwtKey> all = new ArrayList<>(given);
        all.addAll(fetched);
        return all;
    }

    /** A subject of terms that wait for their registration is in the index, but names nobody yet. */
    private static boolean isKnownAs(Authentication inForce, Naming naming) {
        return inForce instanceof TokenAuthentication token
                && token.subjects().stream()
                        .anyMatch(subject -> subject.issuer().equals(naming.issuer())
                                && subject.value().equals(naming.value()));
    }
}
