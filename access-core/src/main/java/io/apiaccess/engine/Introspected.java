package io.apiaccess.engine;

import io.apiaccess.client.Authentication;
import io.apiaccess.client.OAuth2;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.introspect.Introspection;
import io.apiaccess.jwt.Claims;
import io.apiaccess.jwt.ProfileClaim;
import io.apiaccess.keyset.UnavailableException;
import io.apiaccess.snapshot.Ways;
import io.apiaccess.token.ClaimCheck;
import io.apiaccess.token.Naming;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens of others at a decision: asked about in stage 1, judged by what was answered in stage 2. Thread-safe. */
final class Introspected {
    private static final Logger LOG = LoggerFactory.getLogger(Introspected.class);
    /** RFC 6750 section 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]++=*+");

    private static final String TOKEN_TYPE = "token_type";

    private final Introspection introspection;
    private final Tokens tokens;

    Introspected(Introspection introspection, Tokens tokens) {
        this.introspection = introspection;
        this.tokens = tokens;
    }

    /**
     * A token that the endpoint calls active.
     *
     * @param claims what it holds
     * @param naming which profile it names
     */
    record Active(Claims claims, Naming naming) {}

    /** Finds whose a token is, if the endpoint calls it active. */
    @Nullable DenyReason identify(Case it, String text) {
        if (!TOKEN.matcher(text).matches()) {
            it.present().malformed("no token that could be asked about");
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        Optional<Claims> claims;
        try {
            claims = introspection.find(tokens.digest(text), text, it.now);
        } catch (UnavailableException e) {
            LOG.debug("denied as unavailable: {}", e.getMessage());
            it.present().malformed("a token of which nothing can be known now");
            return DenyReason.UNAVAILABLE;
        }
        if (claims.isEmpty()) {
            it.present().malformed("a token that the introspection endpoint does not call active");
            return DenyReason.TOKEN_INACTIVE;
        }
        ProfileClaim said = tokens.places().said(Naming.issuer(claims.get()));
        ProfileClaim places = said == null ? ProfileClaim.oauth() : said;
        Naming naming = Naming.of(claims.get(), places);
        it.present().offer(new Active(claims.get(), naming));
        if (naming.refusal() != null) {
            return naming.refusal();
        }
        Ways ways = tokens.ways(it, naming, places);
        if (ways == null) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        it.hold(ways);
        return null;
    }

    /** Judges what the endpoint has said by what the profile asks for, as of a signed token. */
    static @Nullable DenyReason prove(Case it, Active active, Authentication by) {
        if (!(by instanceof OAuth2 oauth) || !oauth.isIntrospected()) {
            return DenyReason.WRONG_METHOD;
        }
        ClaimCheck.Fault fault = isBearer(active.claims)
                ? ClaimCheck.find(
                        active.claims, oauth.claims(), it.request.certificate().orElse(null), it.now)
                : ClaimCheck.Fault.TYPE;
        it.present().claimFault(fault);
        if (fault != null) {
            return fault.reason();
        }
        it.present().proves(active.claims, ClaimCheck.scopes(active.claims).orElse(Set.of()));
        return null;
    }

    /** A token that says it is used in another way, is no Bearer token (RFC 7662 section 2.2). */
    private static boolean isBearer(Claims claims) {
        return claims.find(TOKEN_TYPE).isEmpty()
                || claims.text(TOKEN_TYPE).filter("bearer"::equalsIgnoreCase).isPresent();
    }
}
