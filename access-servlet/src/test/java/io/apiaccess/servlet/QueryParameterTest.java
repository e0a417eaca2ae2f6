package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The query parameter that holds a key. */
class QueryParameterTest {
    private static final QueryParameter PARAMETER = new QueryParameter("api key");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            api+key=x             | [x]      |
            api%20key=x&a=b       | [x]      | a=b
            a=b&%61pi%20key=%78   | [x]      | a=b
            api+key               | ['']     |
            api+key=&api+key=y=z  | ['', y=z] |
            api+key=%zz           | ['']     |
            a=%zz&%zz=b           | []       | a=%zz&%zz=b
            API+KEY=x             | []       | API+KEY=x
            a=api+key=x           | []       | a=api+key=x
            a=1&&api+key=x&b;c=2& | [x]      | a=1&&b;c=2&
            """)
    void isFoundHoweverEncodedAndTakenOut(String query, String values, String rest) {
        assertEquals(
                values,
                PARAMETER.values(query).stream()
                        .map(value -> value.isEmpty() ? "''" : value)
                        .toList()
                        .toString());
        assertEquals(rest, PARAMETER.without(query));
    }

    @Test
    void isNotInAQueryThatIsNotThere() {
        assertEquals(List.of(), PARAMETER.values(null));
        assertNull(PARAMETER.without(null));
    }
}
