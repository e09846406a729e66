package dev.holdfast.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that hold across modules, checked on the class files that this build has made. */
final class ArchitectureTest {

    private static final List<Module> MODULES =
            Module.below(Path.of("..").toAbsolutePath().normalize());

    /** What a published module may use of the others, in main code. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("spi", Set.of()),
            Map.entry("core", Set.of("spi")),
            Map.entry("testkit", Set.of("spi", "core")),
            Map.entry("contracts", Set.of("spi", "core", "testkit")),
            Map.entry("jgit-resolver", Set.of("spi")),
            Map.entry("docker-delivery", Set.of("spi")),
            Map.entry("ssh-delivery", Set.of("spi")),
            Map.entry("jdbc-store", Set.of("spi")),
            Map.entry("micrometer", Set.of("spi", "core")),
            Map.entry("openpgp-trust", Set.of("spi")),
            Map.entry("admin", Set.of("spi", "core")),
            Map.entry(
                    "spring-boot-starter",
                    Set.of(
                            "spi",
                            "core",
                            "jgit-resolver",
                            "docker-delivery",
                            "ssh-delivery",
                            "jdbc-store",
                            "micrometer",
                            "admin")));

    private static final JavaClasses MAIN = read(Module::classes);
    private static final JavaClasses TESTS = read(Module::testClasses);

    @Test
    void everyModuleIsReadOrTheRulesMeanNothing() {
        assertThat(MODULES).extracting(Module::name).containsAll(ARROWS.keySet());
        assertThat(MODULES).allSatisfy(module -> {
            assertThat(module.sources().isEmpty() || MAIN.stream().anyMatch(in(module)))
                    .as("class files of %s: build everything, with mvn verify at the root", module.name())
                    .isTrue();
            assertThat(module.testSources().isEmpty() || TESTS.stream().anyMatch(in(module)))
                    .as("test class files of %s: build everything, with mvn verify at the root", module.name())
                    .isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("publishedModules")
    void aModuleUsesOnlyThoseItsArrowsLeadTo(Module module) {
        var allowed = ARROWS.getOrDefault(module.name(), Set.of());
        var forbidden = MODULES.stream()
                .filter(other -> !other.equals(module))
                .filter(other -> !allowed.contains(other.name()))
                .toList();

        noClasses()
                .that(are(in(module)))
                .should()
                .dependOnClassesThat(are(in(forbidden)))
                .check(MAIN);
    }

    @Test
    void theSpiDependsOnNothingButTheJdkAndJSpecify() {
        classes()
                .that(are(in(module("spi"))))
                .should()
                .onlyDependOnClassesThat(are(in(module("spi"))).or(resideInAnyPackage("java..", "org.jspecify..")))
                .check(MAIN);
    }

    @Test
    void anSpiInterfaceHasAtMostSixAbstractMethods() {
        classes()
                .that(are(in(module("spi"))))
                .and()
                .areInterfaces()
                .and()
                // It only names its parts: each of them has at most six.
                .doNotHaveFullyQualifiedName("dev.holdfast.spi.store.TrackingStore")
                .and()
                .areNotAnnotations()
                .should(haveAtMostSixAbstractMethods())
                .check(MAIN);
    }

    @Test
    void publishedCodeAsksNoGlobalForTimeOrSettingsAndNeverSleepsOrExits() {
        noClasses()
                .that(are(in(published())))
                .should()
                .accessTargetWhere(to(ArchitectureTest::isGlobal, "a global clock, switch or sleep"))
                .check(MAIN);
    }

    @Test
    void publishedCodeHasNoStaticStateThatChanges() {
        fields().that()
                .areDeclaredInClassesThat(are(in(published())))
                .and()
                .areStatic()
                .should()
                .beFinal()
                .check(MAIN);
    }

    @Test
    void publishedClassesAreFinalOrMadeForExtension() {
        classes()
                .that(are(in(published())))
                .and()
                .areNotInterfaces()
                .and()
                .areNotAnonymousClasses()
                .and(not(modifier(JavaModifier.ABSTRACT)))
                .and(are(describe("not enums", type -> !type.isEnum())))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(MAIN);
    }

    @Test
    void namesSayWhatAThingIs() {
        for (var classes : List.of(MAIN, TESTS)) {
            noClasses()
                    .should()
                    .haveNameMatching(".*(Manager|Utils?|Helpers?|Impl)")
                    .orShould()
                    .haveNameMatching(".*[.$]Abstract[A-Z].*")
                    .check(classes);
        }
    }

    @Test
    void testsNeverSleep() {
        noClasses()
                .should()
                .accessTargetWhere(to(ArchitectureTest::isSleep, "a sleep"))
                .check(TESTS);
    }

    @Test
    void noTestIsDisabled() {
        for (var classes : List.of(MAIN, TESTS)) {
            noClasses().should().beAnnotatedWith(Disabled.class).check(classes);
            noMembers().should().beAnnotatedWith(Disabled.class).check(classes);
        }
    }

    private static Stream<Module> publishedModules() {
        return published().stream();
    }

    private static List<Module> published() {
        return MODULES.stream()
                .filter(module -> ARROWS.containsKey(module.name()))
                .toList();
    }

    private static Module module(String name) {
        return MODULES.stream()
                .filter(module -> module.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JavaClasses read(Function<Module, Path> classFiles) {
        return new ClassFileImporter()
                .importPaths(MODULES.stream()
                        .map(classFiles)
                        .filter(Files::isDirectory)
                        .toList());
    }

    private static DescribedPredicate<JavaClass> are(DescribedPredicate<JavaClass> predicate) {
        return predicate;
    }

    private static DescribedPredicate<JavaClass> in(Module module) {
        return in(List.of(module));
    }

    private static DescribedPredicate<JavaClass> in(List<Module> modules) {
        String names = modules.stream().map(Module::name).collect(Collectors.joining(", "));
        return describe(
                "in " + names,
                type -> type.getBaseComponentType()
                        .getSource()
                        .map(Source::getUri)
                        .filter(uri -> "file".equals(uri.getScheme()))
                        .map(Path::of)
                        .filter(file -> modules.stream().anyMatch(module -> file.startsWith(module.directory())))
                        .isPresent());
    }

    private static DescribedPredicate<JavaAccess<?>> to(Predicate<AccessTarget> target, String description) {
        return describe("it is " + description, access -> target.test(access.getTarget()));
    }

    private static boolean isSleep(AccessTarget target) {
        return is(target, Thread.class, "sleep") || is(target, TimeUnit.class, "sleep");
    }

    private static boolean isGlobal(AccessTarget target) {
        return isSleep(target)
                || isWallClock(target)
                || is(target, System.class, "currentTimeMillis", "exit", "getProperty", "getProperties", "setProperty")
                || is(target, Runtime.class, "exit", "halt")
                || is(target, Boolean.class, "getBoolean")
                || is(target, Integer.class, "getInteger")
                || is(target, Long.class, "getLong")
                || is(target, ServiceLoader.class, "load");
    }

    /** {@code Instant.now()} and its like; with a {@code Clock} handed in they are welcome. */
    private static boolean isWallClock(AccessTarget target) {
        if (!(target instanceof AccessTarget.CodeUnitAccessTarget called)) {
            return false;
        }
        var parameters = called.getRawParameterTypes();
        boolean asksTheTime = target.getOwner().getPackageName().equals("java.time")
                && target.getName().equals("now")
                && parameters.stream().noneMatch(type -> type.isEquivalentTo(Clock.class));
        return asksTheTime || (is(target, Date.class, "<init>") && parameters.isEmpty());
    }

    private static boolean is(AccessTarget target, Class<?> owner, String... names) {
        return target.getOwner().isEquivalentTo(owner) && List.of(names).contains(target.getName());
    }

    private static ArchCondition<JavaClass> haveAtMostSixAbstractMethods() {
        return new ArchCondition<>("have at most six abstract methods, close() apart") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                var names = type.getAllMethods().stream()
                        .filter(method -> method.getModifiers().contains(JavaModifier.ABSTRACT))
                        .map(JavaMethod::getName)
                        .filter(name -> !name.equals("close"))
                        .sorted(Comparator.naturalOrder())
                        .toList();
                String message = type.getName() + " has " + names.size() + ": " + names;
                events.add(new SimpleConditionEvent(type, names.size() <= 6, message));
            }
        };
    }
}
