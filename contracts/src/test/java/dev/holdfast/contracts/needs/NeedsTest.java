package dev.holdfast.contracts.needs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

final class NeedsTest {

    @TempDir
    private Path buildDirectory;

    @Test
    void aTestWhoseFacilityIsAbsentIsDisabledAndNoted() throws IOException {
        var result = evaluate(Map.of("PATH", ""), Traces.class);

        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("STRACE", "no executable strace"));
        assertThat(notes())
                .containsOnlyOnce(
                        "STRACE is absent, so " + Traces.class.getName() + " did not run: no executable strace");
    }

    @Test
    void theSameTestIsNotedOnce() throws IOException {
        evaluate(Map.of("PATH", ""), Traces.class);
        evaluate(Map.of("PATH", ""), Traces.class);

        assertThat(notes().lines()).hasSize(1);
    }

    @Test
    void aSingleMethodIsNotedByItsName() throws IOException {
        evaluate(Map.of("PATH", ""), method(OneMethod.class));

        assertThat(notes()).contains(OneMethod.class.getName() + "#traces");
    }

    @Test
    void aTestWhoseFacilityIsPresentRuns() throws IOException {
        var result = evaluate(Map.of("PATH", programs("strace").toString()), Traces.class);

        assertThat(result.isDisabled()).isFalse();
        assertThat(buildDirectory.resolve("not-covered.txt")).doesNotExist();
    }

    @Test
    void aProgramThatCannotBeExecutedIsAbsent() throws IOException {
        Path programs = programs("strace");
        Files.delete(programs.resolve("strace"));
        Files.createFile(programs.resolve("strace"));

        assertThat(evaluate(Map.of("PATH", programs.toString()), Traces.class).isDisabled())
                .isTrue();
    }

    @Test
    void oneAbsentFacilityOfSeveralDisables() throws IOException {
        var environment = Map.of("PATH", programs("strace").toString(), "DOCKER_HOST", nowhere());

        assertThat(evaluate(environment, TracesAndDocks.class).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("needs DOCKER: no Docker engine at unix:"));
    }

    @Test
    void anAbsentFacilityFailsTheTestWhereCiIsTrue() {
        assertThatThrownBy(() -> evaluate(Map.of("PATH", "", "CI", "true"), Traces.class))
                .hasMessageContaining("needs STRACE")
                .hasMessageContaining("nothing may be skipped");
        assertThat(buildDirectory.resolve("not-covered.txt")).doesNotExist();
    }

    @Test
    void anAbsentFacilityFailsTheTestWhereEverythingIsRequired() {
        assertThatThrownBy(() -> evaluate(Map.of("PATH", "", "HOLDFAST_REQUIRE_ALL", "true"), Traces.class))
                .hasMessageContaining("nothing may be skipped");
    }

    @Test
    void aSubclassAndAComposedAnnotationNeedTheSame() {
        assertThat(evaluate(Map.of("PATH", ""), InheritsTheNeed.class).isDisabled())
                .isTrue();
        assertThat(evaluate(Map.of("PATH", ""), NeedsByAnotherName.class).isDisabled())
                .isTrue();
    }

    @Test
    void aTestThatNeedsNothingRuns() {
        assertThat(evaluate(Map.of("PATH", ""), NeedsNothing.class).isDisabled())
                .isFalse();
    }

    @Test
    void theAnnotationAloneBringsTheCondition() {
        assertThat(Needs.class.getAnnotation(ExtendWith.class).value()).containsExactly(NeedsCondition.class);
    }

    @Nested
    class WithoutABuildDirectory {

        @Test
        void nothingIsWritten() {
            Path absent = buildDirectory.resolve("absent");

            var condition = new NeedsCondition(Map.of("PATH", ""), absent);

            assertThat(condition
                            .evaluateExecutionCondition(context(Traces.class))
                            .isDisabled())
                    .isTrue();
            assertThat(absent).doesNotExist();
        }
    }

    private ConditionEvaluationResult evaluate(Map<String, String> environment, AnnotatedElement test) {
        return new NeedsCondition(environment, buildDirectory).evaluateExecutionCondition(context(test));
    }

    private String notes() throws IOException {
        return Files.readString(buildDirectory.resolve("not-covered.txt"));
    }

    private Path programs(String name) throws IOException {
        Path directory = Files.createTempDirectory(buildDirectory, "bin");
        Path program = Files.createFile(directory.resolve(name));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return directory;
    }

    private String nowhere() {
        return "unix://" + buildDirectory.resolve("nobody-listens.sock");
    }

    private static Method method(Class<?> test) {
        return test.getDeclaredMethods()[0];
    }

    /** JUnit's context for {@code element}, as far as the condition looks at it. */
    private static ExtensionContext context(AnnotatedElement element) {
        Optional<Method> method = element instanceof Method found ? Optional.of(found) : Optional.empty();
        Object test = element instanceof Method found ? found.getDeclaringClass() : element;
        return (ExtensionContext) Proxy.newProxyInstance(
                NeedsTest.class.getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, asked, arguments) -> switch (asked.getName()) {
                    case "getElement" -> Optional.of(element);
                    case "getRequiredTestClass" -> test;
                    case "getTestMethod" -> method;
                    default -> throw new AssertionError("the condition asked for " + asked);
                });
    }

    @Needs(Facility.STRACE)
    private static class Traces {}

    private static final class InheritsTheNeed extends Traces {}

    @Needs({Facility.STRACE, Facility.DOCKER})
    private static final class TracesAndDocks {}

    @Needs(Facility.STRACE)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface NeedsTracing {}

    @NeedsTracing
    private static final class NeedsByAnotherName {}

    private static final class NeedsNothing {}

    private static final class OneMethod {

        @Needs(Facility.STRACE)
        @SuppressWarnings("unused")
        void traces() {}
    }
}
