package io.apiaccess.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written is read again as it was. */
class JsonWriterTest {
    @Test
    void writesWhatTheReaderReads() throws MalformedException {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("text", "\"\\/\b\f\n\r\t\u0000\u007f\u2028\u2029 ü 😀 `");
        value.put("empty", Map.of());
        value.put("list", Arrays.asList(true, false, null, new BigDecimal("-1.50"), List.of(), "x"));
        assertEquals(value, StrictJson.object(JsonWriter.write(value)));
        assertEquals(value, StrictJson.object(JsonWriter.writeLine(value)));
    }

    @Test
    void isReadable() {
        assertEquals("{\n  \"a\": [\n    1,\n    {}\n  ]\n}\n", JsonWriter.write(Map.of("a", List.of(1L, Map.of()))));
        assertEquals("[1, \"x\", {\"a\": null}]", JsonWriter.writeLine(Arrays.asList(1, "x", nothing())));
    }

    @Test
    void writesNothingElse() {
        assertThrows(IllegalArgumentException.class, () -> JsonWriter.write(new Object()));
    }

    private static Map<String, @Nullable Object> nothing() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("a", null);
        return map;
    }
}
