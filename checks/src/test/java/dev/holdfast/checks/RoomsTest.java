package dev.holdfast.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rooms of core and spi: what each may know of the others, and which of them a host sees. */
final class RoomsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final JavaClasses MAIN = new ClassFileImporter()
            .importPaths(Module.PUBLISHED.stream()
                    .filter(module -> !module.equals("testkit") && !module.equals("contracts"))
                    .map(RoomsTest::classFiles)
                    .toList());

    private static final Map<String, List<String>> KNOWS = Map.ofEntries(
            Map.entry("dev.holdfast.audit", List.of("dev.holdfast.spi..", "dev.holdfast")),
            Map.entry("dev.holdfast.release", List.of("dev.holdfast.spi", "dev.holdfast.spi.delivery")),
            Map.entry(
                    "dev.holdfast.delivery.directory",
                    List.of("dev.holdfast.spi", "dev.holdfast.spi.delivery", "dev.holdfast.internal")),
            Map.entry(
                    "dev.holdfast.resolver.local",
                    List.of(
                            "dev.holdfast.spi",
                            "dev.holdfast.spi.delivery",
                            "dev.holdfast.spi.source",
                            "dev.holdfast.release")),
            Map.entry("dev.holdfast.store.memory", List.of("dev.holdfast.spi..")),
            Map.entry(
                    "dev.holdfast.containers", List.of("dev.holdfast.spi..", "dev.holdfast", "dev.holdfast.internal")),
            Map.entry("dev.holdfast.fleet", List.of("dev.holdfast.spi..", "dev.holdfast")),
            Map.entry(
                    "dev.holdfast.images",
                    List.of("dev.holdfast.spi..", "dev.holdfast", "dev.holdfast.internal", "dev.holdfast.trust")),
            Map.entry(
                    "dev.holdfast.inspection",
                    List.of("dev.holdfast.spi..", "dev.holdfast", "dev.holdfast.internal", "dev.holdfast.release")),
            Map.entry("dev.holdfast.trust", List.of("dev.holdfast.spi..")),
            Map.entry(
                    "dev.holdfast.webhook",
                    List.of("dev.holdfast.spi..", "dev.holdfast.audit", "dev.holdfast.internal")));

    private static final Map<String, List<String>> EXPORTS = Map.of(
            "spi",
                    List.of(
                            "dev.holdfast.spi",
                            "dev.holdfast.spi.container",
                            "dev.holdfast.spi.delivery",
                            "dev.holdfast.spi.fleet",
                            "dev.holdfast.spi.image",
                            "dev.holdfast.spi.source",
                            "dev.holdfast.spi.store",
                            "dev.holdfast.spi.trust"),
            "core",
                    List.of(
                            "dev.holdfast",
                            "dev.holdfast.audit",
                            "dev.holdfast.containers",
                            "dev.holdfast.delivery.directory",
                            "dev.holdfast.fleet",
                            "dev.holdfast.images",
                            "dev.holdfast.inspection",
                            "dev.holdfast.release",
                            "dev.holdfast.resolver.local",
                            "dev.holdfast.store.memory",
                            "dev.holdfast.trust",
                            "dev.holdfast.webhook"));

    private static Path classFiles(String module) {
        return ROOT.resolve(module).resolve("target/classes");
    }

    private static Stream<String> rooms() {
        return KNOWS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomKnowsOnlyWhatItIsMeantToKnow(String room) {
        String[] known = Stream.concat(KNOWS.getOrDefault(room, List.of()).stream(), Stream.of(room))
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(known).or(resideOutsideOfPackage("dev.holdfast..")))
                .check(MAIN);
    }

    @Test
    void noTwoClassesNeedEachOtherWhateverTheWayBetweenThem() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(MAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spi", "core"})
    void aHostSeesExactlyTheRoomsThatAreMeantForIt(String module) throws IOException {
        try (InputStream descriptor = Files.newInputStream(classFiles(module).resolve("module-info.class"))) {
            assertThat(ModuleDescriptor.read(descriptor).exports().stream()
                            .map(ModuleDescriptor.Exports::source)
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrderElementsOf(EXPORTS.getOrDefault(module, List.of()));
        }
    }

    /** A class, all that is nested in it, and its builder. */
    private static final class TopLevelClasses implements SliceAssignment {

        @Override
        public String getDescription() {
            return "every top-level class";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("dev.holdfast")
                    ? SliceIdentifier.of(
                            type.getName().replaceFirst("\\$.*", "").replaceFirst("Builder$", ""))
                    : SliceIdentifier.ignore();
        }
    }
}
