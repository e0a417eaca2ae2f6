package io.apiaccess.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What threads borrow to hash with. */
class BenchTest {
    private static final String SHA_256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void hashesWhatItIsGivenAloneAlsoWhereTheHashBeforeWasNotEnded() {
        Bench bench = Bench.borrow();
        try {
            assertEquals(SHA_256_OF_ABC, HexFormat.of().formatHex(bench.sha256("abc")));
            bench.sha256.update((byte) 'x');
        } finally {
            bench.giveBack();
        }
        assertEquals(SHA_256_OF_ABC, HexFormat.of().formatHex(bench.sha256("abc")));
    }
}
