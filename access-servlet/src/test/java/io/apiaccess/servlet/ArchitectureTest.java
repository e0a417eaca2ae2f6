package io.apiaccess.servlet;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the module may use, one by one, and what it shows. */
class ArchitectureTest {
    private static final String ROOT = "io.apiaccess";
    private static final String HERE = ROOT + ".servlet";

    /** The root and the nouns: what acts, and what keeps, is behind the decider. */
    private static final Set<String> EDGES =
            Set.of("", ".api", ".check", ".client", ".decision", ".oauth", ".policy", ".request");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(HERE);

    @Test
    void dependsOnNothingButTheServletApiSlf4jAndTheNounsOfTheCore() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        HERE,
                        ROOT,
                        ROOT + ".api",
                        ROOT + ".check",
                        ROOT + ".client",
                        ROOT + ".decision",
                        ROOT + ".oauth",
                        ROOT + ".policy",
                        ROOT + ".request",
                        "java..",
                        "jakarta.servlet..",
                        "org.slf4j",
                        "org.jspecify.annotations"))
                .check(CLASSES);
    }

    @Test
    void usesEveryEdgeThatIsListed() {
        Set<String> used = CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .filter(target -> target.startsWith(ROOT) && !target.equals(HERE))
                .map(target -> target.substring(ROOT.length()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(EDGES), used);
    }

    @Test
    void showsOnlyWhatApplicationsName() {
        Set<String> shown = CLASSES.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getSimpleName().isEmpty())
                .map(JavaClass::getName)
                .map(name -> name.substring(HERE.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                new TreeSet<>(Set.of(
                        "AccessFilter",
                        "AccessFilter$Builder",
                        "DenialBody",
                        "DenialWriter",
                        "ForwardedHeader",
                        "LimitHeaders",
                        "TokenServlet",
                        "TokenServlet$Builder")),
                shown);
    }

    @Test
    @Rule("D7")
    void readsNoClock() {
        noClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Instant")
                .check(CLASSES);
    }

    @Test
    void keepsNothingByThread() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .check(CLASSES);
    }
}
