package io.apiaccess.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A picture of at most 512 KiB, JPEG or PNG, which its bytes tell. Immutable. */
public final class Logo {
    /** The most bytes. */
    public static final int MAX_BYTES = 512 * 1024;

    private static final byte[] PNG_START = {
        (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'
    };
    private static final byte[] PNG_END = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82};
    private static final byte[] JPEG_START = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] JPEG_END = {(byte) 0xff, (byte) 0xd9};

    private final byte[] bytes;
    private final MediaType mediaType;

    private Logo(byte[] bytes, MediaType mediaType) {
        this.bytes = bytes;
        this.mediaType = mediaType;
    }

    /** What a logo may be. */
    public enum MediaType {
        /** A picture in the form of ISO/IEC 10918-1. */
        JPEG("image/jpeg"),
        /** A picture in the form of ISO/IEC 15948. */
        PNG("image/png");

        private final String text;

        MediaType(String text) {
            this.text = text;
        }

        /** Returns the registered name, such as {@code image/png}. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Returns the logo of some bytes, which are copied.
     *
     * @throws IllegalArgumentException if there are more than 512 KiB of them or they neither begin and end as a JPEG
     *     nor as a PNG
     */
    public static Logo of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "logo of `" + bytes.length + "` bytes is larger than " + MAX_BYTES + " bytes");
        }
        if (frames(bytes, PNG_START, PNG_END)) {
            return new Logo(bytes.clone(), MediaType.PNG);
        }
        if (frames(bytes, JPEG_START, JPEG_END)) {
            return new Logo(bytes.clone(), MediaType.JPEG);
        }
        throw new IllegalArgumentException(
                "logo of `" + bytes.length + "` bytes is neither a whole JPEG nor a whole PNG");
    }

    /** Returns a copy of its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Returns what it is. */
    public MediaType mediaType() {
        return mediaType;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Logo logo && Arrays.equals(bytes, logo.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return mediaType + " of " + bytes.length + " bytes";
    }

    private static boolean frames(byte[] bytes, byte[] start, byte[] end) {
        int tail = bytes.length - end.length;
        return tail >= start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length)
                && Arrays.equals(bytes, tail, bytes.length, end, 0, end.length);
    }
}
