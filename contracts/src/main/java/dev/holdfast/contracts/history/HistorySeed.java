package dev.holdfast.contracts.history;

import java.util.OptionalLong;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands a test the seed that {@code -Dholdfast.seed=...} gives, if any, by way of JUnit's own settings. */
final class HistorySeed implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType().equals(OptionalLong.class);
    }

    @Override
    public OptionalLong resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getConfigurationParameter("holdfast.seed").stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
