package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Refusal;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A logo is a whole JPEG or PNG, told by its bytes, and not too large. */
class LogoTest {
    @ParameterizedTest
    @CsvSource({"png, image/png", "jpg, image/jpeg"})
    void isWhatItsBytesTell(String format, String mediaType) throws IOException {
        byte[] picture = picture(format);
        Logo logo = Logo.of(picture);
        assertEquals(mediaType, logo.mediaType().toString());
        assertArrayEquals(picture, logo.bytes());
        assertEquals(Logo.of(picture(format)), logo);
        assertEquals(Logo.of(picture(format)).hashCode(), logo.hashCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gif", "bmp"})
    void refusesAnotherPicture(String format) throws IOException {
        byte[] picture = picture(format);
        Refusal.of(() -> Logo.of(picture), "logo", "`" + picture.length + "`", "JPEG", "PNG");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
                "GIF89a",
                "%PDF-1.7",
                "PNG",
                "<html>"
            })
    void refusesWhatIsNoPicture(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Refusal.of(() -> Logo.of(bytes), "logo", "`" + bytes.length + "`", "JPEG", "PNG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void refusesEveryPartOfOne(String format) throws IOException {
        byte[] picture = picture(format);
        for (int length = 0; length < picture.length; length++) {
            byte[] part = Arrays.copyOf(picture, length);
            Refusal.of(() -> Logo.of(part), "neither a whole JPEG nor a whole PNG");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void refusesOneWithSomethingBehindOrBeforeIt(String format) throws IOException {
        byte[] picture = picture(format);
        byte[] longer = Arrays.copyOf(picture, picture.length + 20);
        byte[] later = new byte[picture.length + 1];
        System.arraycopy(picture, 0, later, 1, picture.length);
        Refusal.of(() -> Logo.of(longer), "neither a whole JPEG nor a whole PNG");
        Refusal.of(() -> Logo.of(later), "neither a whole JPEG nor a whole PNG");
    }

    @Test
    void takesUpTo512Kibibytes() {
        assertEquals(512 * 1024, Logo.of(jpeg(512 * 1024)).bytes().length);
        Refusal.of(() -> Logo.of(jpeg(512 * 1024 + 1)), "logo", "`524289`", "524288 bytes");
    }

    @Test
    void cannotBeChangedFromOutside() {
        byte[] given = jpeg(100);
        Logo logo = Logo.of(given);
        given[50] = 1;
        logo.bytes()[51] = 1;
        assertEquals(Logo.of(jpeg(100)), logo);
        assertNotEquals(Logo.of(given), logo);
    }

    private static byte[] jpeg(int length) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) 0xff;
        bytes[1] = (byte) 0xd8;
        bytes[2] = (byte) 0xff;
        bytes[length - 2] = (byte) 0xff;
        bytes[length - 1] = (byte) 0xd9;
        return bytes;
    }

    private static byte[] picture(String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), format, out);
        return out.toByteArray();
    }
}
