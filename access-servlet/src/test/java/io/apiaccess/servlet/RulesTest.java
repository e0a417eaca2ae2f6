package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule of the design that the filter keeps is named by a test. */
class RulesTest {
    private static final Set<String> KEPT =
            Set.of("C11", "D4", "D5", "D6", "D7", "N4", "R1", "R5", "X7", "trap 9", "trap 10", "trap 16");

    @Test
    void everyRuleIsNamedByATest() {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("io.apiaccess.servlet");
        Set<String> named = tests.stream()
                .flatMap(type -> Stream.concat(
                        type.tryGetAnnotationOfType(Rule.class).stream(),
                        type.getMethods().stream()
                                .flatMap(method -> method.tryGetAnnotationOfType(Rule.class).stream())))
                .flatMap(rule -> Stream.of(rule.value()))
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>(KEPT);
        missing.removeAll(named);
        assertEquals(Set.of(), missing);
    }
}
