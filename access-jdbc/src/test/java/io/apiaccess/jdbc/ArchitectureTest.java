package io.apiaccess.jdbc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** The adapter knows the nouns and the SPI, and of databases what Java SE has, no driver. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.apiaccess.jdbc");

    @Test
    void dependsOnNothingButWhatIsListed() {
        ArchRuleDefinition.classes()
                .that()
                .resideInAPackage("io.apiaccess.jdbc")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.apiaccess.jdbc",
                        "io.apiaccess.api",
                        "io.apiaccess.check",
                        "io.apiaccess.client",
                        "io.apiaccess.counter",
                        "io.apiaccess.decision",
                        "io.apiaccess.entity",
                        "io.apiaccess.jwt",
                        "io.apiaccess.policy",
                        "io.apiaccess.request",
                        "io.apiaccess.spi",
                        "java..",
                        "javax.sql",
                        "org.jspecify.annotations",
                        "org.slf4j"))
                .check(CLASSES);
    }
}
