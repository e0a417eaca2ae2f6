package io.apiaccess.client;

import io.apiaccess.check.Faults;

/**
 * A name that a profile has with an issuer of tokens. At most one profile has it.
 *
 * @param issuer the issuer, or empty for tokens that name none
 * @param value the name
 */
public record ExternalSubject(String issuer, String value) {
    private static final int MAX = 2_000;

    /** Refuses an empty value, control characters, and more than 2,000 characters. */
    public ExternalSubject {
        Faults faults = new Faults();
        faults.require(!value.isEmpty(), "value " + Faults.quote(value) + " is empty");
        for (String text : new String[] {issuer, value}) {
            faults.require(
                    text.length() <= MAX && text.codePoints().noneMatch(Character::isISOControl),
                    Faults.quote(text) + " is longer than " + MAX + " characters or holds a control character");
        }
        faults.throwIfAny("external subject", value);
    }

    @Override
    public String toString() {
        return Faults.quote(value) + (issuer.isEmpty() ? " of no issuer" : " of " + Faults.quote(issuer));
    }
}
