package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.request.ClientCertificate;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * With what TLS client certificate a profile must call, whatever else it proves itself by: one of the thumbprints if any is
 * given, and one of the subjects if any is given. Immutable.
 *
 * <p>A subject is worth what the certificate authorities are that the container's trust store holds: each of them can write
 * it into a certificate.
 */
public final class CertificateCondition {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final @Nullable Set<String> thumbprints;
    private final @Nullable Set<X500Principal> subjects;

    private CertificateCondition(@Nullable Set<String> thumbprints, @Nullable Set<X500Principal> subjects) {
        this.thumbprints = copy(thumbprints);
        this.subjects = copy(subjects);
    }

    /** Starts a condition that names nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from this condition. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        thumbprints().ifPresent(builder.thumbprints::addAll);
        if (subjects != null) {
            builder.subjects.addAll(subjects);
        }
        return builder;
    }

    /** Returns the SHA-256 thumbprints in base64url, one of which must be the certificate's; nothing means any. */
    public Optional<Set<String>> thumbprints() {
        return Optional.ofNullable(thumbprints);
    }

    /** Returns the subjects (RFC 2253), one of which must be the certificate's; nothing means any. */
    public Optional<Set<String>> subjects() {
        return Optional.ofNullable(subjects).map(names -> {
            Set<String> texts = new LinkedHashSet<>();
            names.forEach(name -> texts.add(name.getName()));
            return Collections.unmodifiableSet(texts);
        });
    }

    /** Returns whether a call with a certificate, or without one, may pass. */
    public boolean isMetBy(@Nullable ClientCertificate certificate) {
        return certificate != null
                && (thumbprints == null || thumbprints.contains(certificate.thumbprint()))
                && (subjects == null || subjects.contains(certificate.subject()));
    }

    /** Returns what meets both this condition, or none, and a newer one, or none. */
    static @Nullable CertificateCondition both(
            @Nullable CertificateCondition one, @Nullable CertificateCondition other) {
        if (one == null || other == null || one.equals(other)) {
            return one == null ? other : one;
        }
        return new CertificateCondition(
                common(one.thumbprints, other.thumbprints), common(one.subjects, other.subjects));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CertificateCondition condition
                && Objects.equals(thumbprints, condition.thumbprints)
                && Objects.equals(subjects, condition.subjects);
    }

    @Override
    public int hashCode() {
        return Objects.hash(thumbprints, subjects);
    }

    @Override
    public String toString() {
        return "a certificate"
                + (thumbprints == null ? "" : " with a thumbprint of " + thumbprints)
                + (subjects == null
                        ? ""
                        : (thumbprints == null ? "" : " and") + " with a subject of "
                                + subjects().get());
    }

    private static <T> @Nullable Set<T> common(@Nullable Set<T> some, @Nullable Set<T> others) {
        if (some == null || others == null) {
            return some == null ? others : some;
        }
        Set<T> common = new LinkedHashSet<>(some);
        common.retainAll(others);
        return common;
    }

    private static <T> @Nullable Set<T> copy(@Nullable Set<T> set) {
        return set == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(set));
    }

    /** Builds a condition; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private final Set<String> thumbprints = new LinkedHashSet<>();
        private final Set<X500Principal> subjects = new LinkedHashSet<>();

        private Builder() {}

        /**
         * Takes a certificate by its SHA-256 thumbprint, beside those taken before.
         *
         * @param thumbprint 64 hexadecimal digits, with or without colons, or 43 characters of base64url
         */
        public Builder thumbprint(String thumbprint) {
            String hex = thumbprint.replace(":", "").toLowerCase(Locale.ROOT);
            if (HEX.matcher(hex).matches()) {
                thumbprints.add(ClientCertificate.base64Url(HexFormat.of().parseHex(hex)));
            } else if (ClientCertificate.isThumbprint(thumbprint)) {
                thumbprints.add(thumbprint);
            } else {
                refused.add("thumbprint " + Faults.quote(thumbprint)
                        + " is neither 64 hexadecimal digits nor 43 characters of base64url: SHA-256 is needed");
            }
            return this;
        }

        /**
         * Takes certificates by their subject, beside those taken before.
         *
         * @param name a distinguished name, such as {@code CN=robot,O=ACME Company}; compared as RFC 2253 and RFC 5280
         *     compare names, without regard to case and runs of blanks
         */
        public Builder subject(String name) {
            try {
                X500Principal subject = new X500Principal(name);
                refused.require(!subject.getName().isEmpty(), "subject " + Faults.quote(name) + " is empty");
                subjects.add(subject);
            } catch (IllegalArgumentException e) {
                refused.add("subject " + Faults.quote(name) + " is no distinguished name");
            }
            return this;
        }

        /** Takes a thumbprint away, if it is there. */
        public Builder withoutThumbprint(String thumbprint) {
            thumbprints.removeAll(new Builder().thumbprint(thumbprint).thumbprints);
            return this;
        }

        /**
         * Returns the condition.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public CertificateCondition build() {
            Faults faults = new Faults(refused);
            faults.require(
                    !thumbprints.isEmpty() || !subjects.isEmpty(),
                    "neither a thumbprint nor a subject is given: no certificate would be asked for");
            faults.throwIfAny("certificate", "condition");
            return new CertificateCondition(
                    thumbprints.isEmpty() ? null : thumbprints, subjects.isEmpty() ? null : subjects);
        }
    }
}
