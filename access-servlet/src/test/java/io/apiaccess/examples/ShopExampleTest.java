package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the program of README.md does when it calls itself. */
class ShopExampleTest {
    @Test
    void makesEachCallAndSaysWhatCame() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ShopExample.run(true, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertEquals("""
                allowed: 200 order /42
                wrong key: 401 {"type":"about:blank","title":"Unauthorized","status":401}
                wrong address: 403 {"type":"about:blank","title":"Forbidden","status":403}
                over the rate: 429 {"type":"about:blank","title":"Too Many Requests","status":429}
                """, printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    @Test
    void takesNoOtherOption() {
        assertThrows(IllegalArgumentException.class, () -> ShopExample.main(new String[] {"--chek"}));
    }
}
