package io.apiaccess.log;

import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.request.AccessRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recorded decisions judged again, in their order. Not thread-safe. */
public final class Replay {
    private final Judge judge;
    private final List<ReplayReport.Change> changes = new ArrayList<>();
    private long same;
    private long skipped;
    private long unreadable;

    /** Returns one that has a judge decide. */
    public Replay(Judge judge) {
        this.judge = judge;
    }

    /** Decides by another configuration. */
    @FunctionalInterface
    public interface Judge {
        /**
         * Decides as if it were then, and takes what the call costs.
         *
         * @param profile the profile whose proof is taken for granted, or {@code null} for a call without credential
         * @param key the key by which it was given, or {@code null}
         * @param scopes the scopes of the token by which it was given, or {@code null}
         */
        Decision decide(
                AccessRequest request,
                Instant at,
                @Nullable ProfileId profile,
                @Nullable KeyId key,
                @Nullable Set<String> scopes);
    }

    /** Judges all lines, of which blank ones do not count. */
    public ReplayReport run(Stream<String> lines) {
        lines.filter(line -> !line.isBlank()).forEach(this::judge);
        return new ReplayReport(same, changes, skipped, unreadable);
    }

    private void judge(String line) {
        DecisionRecord recorded;
        try {
            recorded = DecisionRecord.parse(line);
        } catch (IllegalArgumentException e) {
            unreadable++;
            return;
        }
        if (!canBeJudged(recorded)) {
            skipped++;
            return;
        }
        Optional<DenyReason> now = reason(decide(recorded));
        if (now.equals(recorded.reason())) {
            same++;
        } else if (recorded.sampling() < 1 && (isByLimit(now) || isByLimit(recorded.reason()))) {
            skipped++;
        } else {
            changes.add(new ReplayReport.Change(recorded, now));
        }
    }

    private static boolean canBeJudged(DecisionRecord recorded) {
        boolean provesNothing = recorded.reason()
                .filter(reason -> reason != DenyReason.MISSING_CREDENTIAL)
                .filter(reason -> reason.stage().compareTo(Stage.STATUS) < 0 || reason.stage() == Stage.ANY)
                .isPresent();
        return !provesNothing
                && !recorded.isDegraded()
                && !recorded.isPathCut()
                && recorded.path().isPresent();
    }

    private Decision decide(DecisionRecord recorded) {
        AccessRequest.Builder request = AccessRequest.of(
                        recorded.method().orElse(null), raw(recorded.path().orElseThrow()))
                .fromAddress(recorded.address().orElse(null));
        recorded.cost().ifPresent(request::cost);
        return judge.decide(
                request.build(),
                recorded.at(),
                recorded.profile().orElse(null),
                recorded.key().orElse(null),
                recorded.scopes().orElse(null));
    }

    private static Optional<DenyReason> reason(Decision decision) {
        return decision instanceof Decision.Denied denied ? Optional.of(denied.reason()) : Optional.empty();
    }

    private static boolean isByLimit(Optional<DenyReason> reason) {
        return reason.filter(it -> it.stage() == Stage.LIMITS).isPresent();
    }

    /** Returns a path whose canonical form is this. */
    private static String raw(String canonical) {
        StringBuilder out = new StringBuilder();
        for (byte b : canonical.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c == '/' || (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0));
            out.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return out.toString();
    }
}
