package io.apiaccess.jwt;

import io.apiaccess.check.Faults;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys in the text forms of PEM and OpenSSH, and bytes in base64. Messages never hold anything of the text. */
final class KeyTexts {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----\\s([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Pattern PEM_LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final Pattern SSH =
            Pattern.compile("(ssh-[a-z0-9]+|ecdsa-[a-z0-9-]+) +([A-Za-z0-9+/=]+)(?: [^\r\n]*)?");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final String KNOWN = "RSA, EC on P-256, P-384 or P-521 with an uncompressed point, or Ed25519";
    private static final int ED25519_BYTES = 32;
    private static final int DIGITAL_SIGNATURE = 0;
    // SubjectPublicKeyInfo of Ed25519 before its 32 bytes: RFC 8410 section 4
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private KeyTexts() {}

    static PublicKey publicKey(String given) {
        String text = given.strip();
        if (text.length() > MAX_LENGTH) {
            throw refused("has more than `" + MAX_LENGTH + "` characters");
        }
        Matcher label = PEM_LABEL.matcher(text);
        if (label.lookingAt()) {
            return pem(text, label.group(1));
        }
        Matcher line = SSH.matcher(text);
        if (line.matches()) {
            return openSsh(line.group(1), base64("OpenSSH key", line.group(2)));
        }
        throw refused(
                "is neither PEM, which begins with `-----BEGIN`, nor an OpenSSH line, which begins with `ssh-rsa` or"
                        + " `ssh-ed25519`" + (text.startsWith("{") ? "; a JSON Web Key is given as such" : ""));
    }

    static PublicKey ed25519(byte[] raw) {
        byte[] der = ByteBuffer.allocate(ED25519_PREFIX.length + raw.length)
                .put(ED25519_PREFIX)
                .put(raw)
                .array();
        return subjectPublicKeyInfo(der);
    }

    /** Returns the bytes of a text in base64 or base64url, padded or not. */
    static byte[] base64(String what, String text) {
        String plain = text.strip().replace('-', '+').replace('_', '/');
        int end = plain.length();
        while (end > 0 && plain.charAt(end - 1) == '=') {
            end--;
        }
        String bare = plain.substring(0, end);
        try {
            byte[] bytes = Base64.getDecoder().decode(bare);
            if (Base64.getEncoder().withoutPadding().encodeToString(bytes).equals(bare)
                    && (end == plain.length() || (plain.length() % 4 == 0 && plain.length() - end < 3))) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // said below, without the character that the JDK names
        }
        throw new IllegalArgumentException(what + " is not base64: `A-Z a-z 0-9 + /` or `A-Z a-z 0-9 - _` are");
    }

    private static PublicKey pem(String text, String label) {
        if (label.endsWith("PRIVATE KEY")) {
            throw refused("is a private key (`" + label
                    + "`): nobody but its owner may have it, and what verifies is the public key");
        }
        Matcher block = PEM.matcher(text);
        if (!block.matches()) {
            throw refused("is not one whole PEM block from `-----BEGIN " + label + "-----` to its end");
        }
        byte[] der = base64("PEM of a `" + label + "`", block.group(2).replaceAll("\\s", ""));
        return switch (label) {
            case "PUBLIC KEY" -> subjectPublicKeyInfo(der);
            case "CERTIFICATE" -> certificate(der);
            case "RSA PUBLIC KEY" ->
                throw refused("is an RSA key in the form of PKCS #1 (`RSA PUBLIC KEY`): `PUBLIC KEY` is read, which"
                        + " `openssl rsa -RSAPublicKey_in -pubout` makes of it");
            default -> throw refused("is PEM of a `" + label + "`: `PUBLIC KEY` and `CERTIFICATE` are read");
        };
    }

    private static PublicKey subjectPublicKeyInfo(byte[] der) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // the next may fit
            }
        }
        throw refused("is none that can be read: `" + KNOWN + "`");
    }

    /** Returns whether bytes are those of a public key, which everybody may have. */
    static boolean isSubjectPublicKeyInfo(byte[] bytes) {
        try {
            subjectPublicKeyInfo(bytes);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static PublicKey certificate(byte[] der) {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            boolean[] usage = certificate.getKeyUsage();
            if (usage != null && !usage[DIGITAL_SIGNATURE]) {
                throw refused("is of a certificate whose key usage has not `digitalSignature`");
            }
            return certificate.getPublicKey();
        } catch (GeneralSecurityException e) {
            throw refused("is of no `CERTIFICATE` that can be read");
        }
    }

    private static PublicKey openSsh(String type, byte[] blob) {
        ByteBuffer in = ByteBuffer.wrap(blob);
        try {
            if (!new String(field(in), StandardCharsets.US_ASCII).equals(type)) {
                throw refused("is an OpenSSH line whose key is not of the type in front of it, " + Faults.quote(type));
            }
            return switch (type) {
                case "ssh-rsa" -> sshRsa(in);
                case "ssh-ed25519" -> sshEd25519(in);
                default ->
                    throw refused("is an OpenSSH line of type " + Faults.quote(type)
                            + ": `ssh-rsa` and `ssh-ed25519` are read");
            };
        } catch (BufferUnderflowException | GeneralSecurityException e) {
            throw refused("is an OpenSSH line `" + type + "` that is cut or mangled");
        }
    }

    private static PublicKey sshRsa(ByteBuffer in) throws GeneralSecurityException {
        BigInteger exponent = new BigInteger(field(in));
        BigInteger modulus = new BigInteger(field(in));
        end(in);
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static PublicKey sshEd25519(ByteBuffer in) throws GeneralSecurityException {
        byte[] raw = field(in);
        end(in);
        if (raw.length != ED25519_BYTES) {
            throw new BufferUnderflowException();
        }
        return ed25519(raw);
    }

    private static byte[] field(ByteBuffer in) {
        int length = in.getInt();
        if (length <= 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }

    private static void end(ByteBuffer in) {
        if (in.hasRemaining()) {
            throw new BufferUnderflowException();
        }
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("public key " + why);
    }
}
