package io.apiaccess;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The edges between packages, one by one: what is not listed is not allowed. */
class ArchitectureTest {
    private static final String ROOT = "io.apiaccess";

    private static final Map<String, List<String>> EDGES = Map.ofEntries(
            Map.entry("check", List.of()),
            Map.entry("json", List.of()),
            Map.entry("jwt", List.of("check", "json", "request")),
            Map.entry("keyset", List.of("json", "jwt", "request")),
            Map.entry("token", List.of("json", "jwt", "client", "decision", "request")),
            Map.entry("introspect", List.of("check", "client", "json", "jwt", "keyset", "request", "token")),
            Map.entry("entity", List.of()),
            Map.entry("request", List.of("check")),
            Map.entry("policy", List.of("check", "entity", "request")),
            Map.entry("api", List.of("check", "entity", "request", "policy")),
            Map.entry("client", List.of("check", "entity", "jwt", "policy", "api", "request")),
            Map.entry("decision", List.of("check", "request", "policy", "api", "client", "jwt")),
            Map.entry("oauth", List.of("check", "request", "decision")),
            Map.entry("spi", List.of("check", "entity", "request", "policy", "api", "client", "decision", "jwt")),
            Map.entry("document", List.of("check", "json", "entity", "request", "policy", "api", "client", "jwt")),
            Map.entry("key", List.of("check", "request", "client")),
            Map.entry("snapshot", List.of("entity", "request", "policy", "api", "client", "decision", "spi")),
            Map.entry(
                    "engine",
                    List.of(
                            "check",
                            "entity",
                            "request",
                            "policy",
                            "api",
                            "client",
                            "decision",
                            "oauth",
                            "spi",
                            "key",
                            "json",
                            "jwt",
                            "keyset",
                            "introspect",
                            "token",
                            "snapshot")),
            Map.entry(
                    "admin",
                    List.of(
                            "check",
                            "entity",
                            "request",
                            "policy",
                            "api",
                            "client",
                            "decision",
                            "jwt",
                            "document",
                            "spi",
                            "key")),
            Map.entry("count", List.of("check", "api", "client", "decision", "spi")),
            Map.entry("usage", List.of("entity", "policy", "api", "client", "decision", "spi")),
            Map.entry("log", List.of("check", "json", "request", "api", "client", "decision", "spi", "token")),
            Map.entry("counter", List.of("policy", "decision", "spi")),
            Map.entry("memory", List.of("entity", "policy", "client", "decision", "jwt", "spi", "counter")));

    private static final List<String> STAGES =
            List.of("Form", "Identify", "Authenticate", "Standing", "Origin", "Authorize", "Conditions", "Limits");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    static Stream<String> packages() {
        return EDGES.keySet().stream().sorted();
    }

    @Test
    void everyPackageIsListed() {
        Set<String> found = new TreeSet<>();
        CLASSES.forEach(type -> found.add(type.getPackageName()));
        Set<String> listed = new TreeSet<>(Set.of(ROOT));
        EDGES.keySet().forEach(name -> listed.add(ROOT + "." + name));
        assertEquals(listed, found);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void dependsOnNothingButWhatIsListed(String name) {
        String[] allowed = Stream.concat(
                        Stream.of(
                                ROOT + "." + name,
                                "java..",
                                "javax.crypto..",
                                name.equals("client") || name.equals("request") ? "javax.security.auth.x500" : "java..",
                                "org.jspecify.annotations",
                                name.equals("policy") ? "org.apache.commons.net.util" : "java..",
                                name.equals("jwt") ? "com.nimbusds.jose.." : "java..",
                                List.of("engine", "introspect", "keyset", "snapshot", "count", "log")
                                                .contains(name)
                                        ? "org.slf4j"
                                        : "java..",
                                name.equals("keyset") ? "javax.net.ssl" : "java.."),
                        EDGES.getOrDefault(name, List.of()).stream().map(edge -> ROOT + "." + edge))
                .toArray(String[]::new);
        ArchRuleDefinition.classes()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesEveryEdgeThatIsListed(String name) {
        Set<String> used = new TreeSet<>();
        CLASSES.stream()
                .filter(type -> type.getPackageName().equals(ROOT + "." + name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .filter(target -> target.startsWith(ROOT + ".") && !target.equals(ROOT + "." + name))
                .forEach(target -> used.add(target.substring(ROOT.length() + 1)));
        assertEquals(new TreeSet<>(EDGES.getOrDefault(name, List.of())), used);
    }

    @Test
    void noStageKnowsAnother() {
        for (String stage : STAGES) {
            String[] others = STAGES.stream()
                    .filter(other -> !other.equals(stage))
                    .map(other -> ROOT + ".engine." + other)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .haveFullyQualifiedName(ROOT + ".engine." + stage)
                    .should()
                    .dependOnClassesThat(named(others))
                    .check(CLASSES);
        }
    }

    @Test
    @Rule("D7")
    void onlyTheBuilderNamesAClockAndNothingAZoneOrLocaleOfTheMachine() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".AccessControl$Builder")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(ZoneId.class, "systemDefault")
                .orShould()
                .callMethod(Locale.class, "getDefault")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe(
                "named " + Arrays.toString(names), type -> List.of(names).contains(type.getFullName()));
    }
}
