package io.apiaccess;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of the design that the tests of a module name. */
public final class NamedRules {
    private NamedRules() {}

    /** Returns those of some rules that no test names that was compiled with one. */
    public static Set<String> missing(Set<String> expected, Class<?> test) {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(named(test));
        return missing;
    }

    private static Set<String> named(Class<?> test) {
        JavaClasses tests = new ClassFileImporter()
                .importUrl(test.getProtectionDomain().getCodeSource().getLocation());
        return tests.stream()
                .flatMap(type -> Stream.concat(
                        type.tryGetAnnotationOfType(Rule.class).stream(),
                        type.getMethods().stream()
                                .flatMap(method -> method.tryGetAnnotationOfType(Rule.class).stream())))
                .flatMap(rule -> Stream.of(rule.value()))
                .collect(Collectors.toSet());
    }
}
