package dev.holdfast.contracts.needs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Carries out what {@link Needs} promises. */
final class NeedsCondition implements ExecutionCondition {

    private static final Object ONE_WRITER = new Object();

    private final Map<String, String> environment;
    private final Path buildDirectory;

    /** For JUnit. */
    NeedsCondition() {
        this(System.getenv(), Path.of("target"));
    }

    NeedsCondition(Map<String, String> environment, Path buildDirectory) {
        this.environment = environment;
        this.buildDirectory = buildDirectory;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                .map(needs -> judge(name(context), List.of(needs.value())))
                .orElseGet(() -> ConditionEvaluationResult.enabled("needs nothing"));
    }

    private static String name(ExtensionContext context) {
        String test = context.getRequiredTestClass().getName();
        return context.getTestMethod()
                .map(method -> test + "#" + method.getName())
                .orElse(test);
    }

    private ConditionEvaluationResult judge(String test, List<Facility> needs) {
        for (Facility facility : needs) {
            Optional<String> missing = facility.missing(environment);
            if (missing.isPresent()) {
                return absent(test, facility, missing.get());
            }
        }
        return ConditionEvaluationResult.enabled("has " + needs);
    }

    private ConditionEvaluationResult absent(String test, Facility facility, String missing) {
        if (isTrue("CI") || isTrue("HOLDFAST_REQUIRE_ALL")) {
            throw new IllegalStateException(test + " needs " + facility + ", and nothing may be skipped here (CI or"
                    + " HOLDFAST_REQUIRE_ALL is true): " + missing);
        }
        note(facility + " is absent, so " + test + " did not run: " + missing);
        return ConditionEvaluationResult.disabled("needs " + facility + ": " + missing);
    }

    private boolean isTrue(String variable) {
        return "true".equalsIgnoreCase(environment.get(variable));
    }

    private void note(String line) {
        if (!Files.isDirectory(buildDirectory)) {
            return;
        }
        Path notes = buildDirectory.resolve("not-covered.txt");
        synchronized (ONE_WRITER) {
            try {
                if (!Files.exists(notes) || !Files.readAllLines(notes).contains(line)) {
                    Files.writeString(notes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot note what was not covered in " + notes, failure);
            }
        }
    }
}
