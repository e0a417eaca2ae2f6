package io.apiaccess.engine;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Explanation.Outcome;
import io.apiaccess.decision.Explanation.Step;
import io.apiaccess.decision.LimitState;
import io.apiaccess.decision.Stage;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.ClientCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the stages compared and found, in words; {@link #NONE} writes nothing down. Not thread-safe. */
class Trace {
    static final Trace NONE = new Trace() {
        @Override
        void note(Stage stage, @Nullable DenyReason reason, Case it) {}
    };

    private final List<Step> steps = new ArrayList<>();

    void note(Stage stage, @Nullable DenyReason reason, Case it) {
        String words = words(stage, it);
        steps.add(
                reason == null
                        ? new Step(stage, Outcome.PASSED, words)
                        : new Step(stage, Outcome.REFUSED, reason + ": " + words));
    }

    /** Returns every stage, those that were not reached too. */
    List<Step> steps() {
        List<Step> all = new ArrayList<>(steps);
        for (Stage stage : Stage.values()) {
            if (stage != Stage.ANY && steps.stream().noneMatch(step -> step.stage() == stage)) {
                all.add(new Step(stage, Outcome.NOT_REACHED, ""));
            }
        }
        return all;
    }

    private static String words(Stage stage, Case it) {
        return switch (stage) {
            case FORM ->
                "path " + it.request.path().map(Faults::quote).orElse("has no canonical form") + ", "
                        + it.request.credentials().size() + " credential(s)";
            case IDENTIFY -> identity(it);
            case AUTHENTICATE -> proof(it);
            case STATUS -> standing(it);
            case ADDRESS -> address(it);
            case AUTHORIZE -> route(it);
            case CONDITIONS -> conditions(it);
            case LIMITS -> limits(it);
            case ANY -> "";
        };
    }

    private static String identity(Case it) {
        if (!it.isHeld()) {
            return it.request.credentials().isEmpty() ? "no credential" : stranger(it);
        }
        ApiKey key = it.key();
        return (key == null
                        ? ""
                        : (it.presented().issued() == null
                                        ? ""
                                        : "access token `"
                                                + it.presented().issued().id() + "` for client secret ")
                                + (it.presented().issued() == null ? "key `" : "`")
                                + key.id() + "` …"
                                + key.hint() + " of ")
                + "profile " + Faults.quote(it.ways().profile().name()) + " of client "
                + Faults.quote(it.ways().client().name());
    }

    private static String stranger(Case it) {
        ApiKey key = it.key();
        if (key != null) {
            return "key `" + key.id() + "` of profile `" + key.profile() + "`, which cannot be read";
        }
        if (it.presented().malformed() != null) {
            return "the Bearer credential is " + it.presented().malformed();
        }
        if (it.presented().active() != null) {
            return "the token is active and " + it.presented().active().naming() + ": none that is known";
        }
        Tokens.Offered offered = it.presented().offered();
        return offered == null
                ? "the credential leads to no profile"
                : "the token " + offered.naming() + ": none that is known";
    }

    private static String proof(Case it) {
        if (it.assumed != null || !it.isHeld()) {
            return it.isHeld() ? "the proof is assumed" : "nothing to prove";
        }
        return credential(it) + certificate(it);
    }

    private static String credential(Case it) {
        Tokens.Offered offered = it.presented().offered();
        Authentication by = it.ways().authentication();
        if (it.presented().issued() != null) {
            return it.takesIssued()
                    ? "the digest of the text is the token's, which expires "
                            + it.presented().issued().expiresAt() + ", at " + it.now
                    : "a token that was issued here, not the " + by;
        }
        if (it.presented().active() != null) {
            return by instanceof OAuth2 oauth && oauth.isIntrospected()
                    ? "a token that is active, with " + it.presented().active().claims() + fault(it) + " against " + by
                    : "a token that was asked about, not the " + by;
        }
        if (offered != null && by instanceof OAuth2 oauth && !oauth.takesSigned()) {
            return "a signed token, not the " + by;
        }
        if (offered != null && by instanceof TokenAuthentication) {
            return proof(it, offered) + " against " + by;
        }
        boolean isKey = offered == null && !(by instanceof TokenAuthentication);
        return isKey
                ? "the digest of the text is the key's"
                : "a " + (offered == null ? "key" : "token") + ", not the " + by;
    }

    private static String proof(Case it, Tokens.Offered offered) {
        if (it.presented().provenBy() == null) {
            return offered.jws() + ", verified by no key";
        }
        return offered.jws() + ", verified by " + it.presented().provenBy() + fault(it);
    }

    private static String fault(Case it) {
        return it.presented().claimFault() == null
                ? ""
                : ", but " + it.presented().claimFault() + " at " + it.now;
    }

    /** Returns with what certificate the call came where one was asked for, in words. */
    private static String certificate(Case it) {
        CertificateCondition condition = it.ways().certificate();
        Tokens.Offered offered = it.presented().offered();
        boolean bound = offered != null
                && it.presented().provenBy() != null
                && offered.jws().claims().find("cnf").isPresent();
        if (condition == null && !bound) {
            return "";
        }
        return "; "
                + it.request.certificate().map(ClientCertificate::toString).orElse("no certificate") + " against "
                + Stream.of(condition, bound ? "that in the token's `cnf`" : null)
                        .filter(Objects::nonNull)
                        .map(Object::toString)
                        .collect(Collectors.joining(" and "));
    }

    private static String standing(Case it) {
        ApiKey key = it.key();
        if (!it.isHeld()) {
            return key == null ? "a call without credential has none" : "what is kept cannot be read";
        }
        AccessProfile profile = it.ways().profile();
        Client client = it.ways().client();
        String ofKey = key == null
                ? ""
                : (it.presented().issued() == null ? "key " : "client secret ") + key.statusAt(it.now) + " from "
                        + key.notBefore().map(Object::toString).orElse("ever") + " until "
                        + key.expiresAt().map(Object::toString).orElse("ever") + " at " + it.now + ", ";
        return ofKey + "profile " + profile.status() + " and " + profile.registrationState() + ", client "
                + client.status() + " with " + client.registration() + " registration";
    }

    private static String address(Case it) {
        var rules = it.applied().addressRules();
        return it.request.address().map(CallerAddress::toString).orElse("no usable address") + " against "
                + (rules.isEmpty() ? "no rule" : rules.toString());
    }

    private static String route(Case it) {
        Target target = it.target();
        if (target.candidates().isEmpty()) {
            return "no published route has this path";
        }
        return target.candidates().stream()
                .map(Trace::words)
                .collect(Collectors.joining(
                        "; ", target instanceof Target.Undecided ? "no route takes the method: " : "", ""));
    }

    private static String words(Target.Candidate candidate) {
        ApiCollection collection = candidate.collection();
        Route route = candidate.route();
        String right = "not granted";
        if (candidate.reach().isPublic()) {
            right = "public";
        } else if (candidate.reach().grant() != null) {
            right = (candidate.mayCall() ? "granted: " : "left out by the grant: ")
                    + candidate.reach().grant();
        }
        return route + " of " + collection.label() + (collection.isActive() ? "" : " (inactive)") + ", " + right;
    }

    private static String conditions(Case it) {
        String conditions = it.applied().policies().stream()
                .filter(policy ->
                        !policy.windows().isEmpty() || !policy.conditions().isEmpty())
                .map(policy -> policyName(policy)
                        + (policy.windows().isEmpty() ? "" : " " + policy.windows())
                        + (policy.conditions().isEmpty() ? "" : " " + policy.conditions()))
                .collect(Collectors.joining("; "));
        return conditions.isEmpty() ? "none" : it.now + " against " + conditions;
    }

    private static String limits(Case it) {
        List<LimitState> states = it.limits();
        return states.isEmpty()
                ? "none"
                : states.stream().map(LimitState::toString).collect(Collectors.joining("; "));
    }

    private static String policyName(Policy policy) {
        return "policy " + Faults.quote(policy.name());
    }
}
