package dev.holdfast.contracts.needs;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * How much a long test tries: one of {@code every} cases. A test takes it as a parameter, beside
 * {@code @ExtendWith(Sample.Given.class)}; {@code -Dholdfast.sample=20} gives a twentieth, and without it all is tried.
 *
 * @param every at least 1
 */
public record Sample(int every) {

    /** Refuses less than 1. */
    public Sample {
        if (every < 1) {
            throw new IllegalArgumentException("holdfast.sample is " + every + "; give 1 for all, or more");
        }
    }

    /**
     * Says whether the case of this number, from 1, is tried. The first ones are left out, the last of each share is
     * taken.
     */
    public boolean takes(int number) {
        return number % every == 0;
    }

    /** Returns how many of {@code all} cases are tried; at least one. */
    public int of(int all) {
        return Math.max(1, all / every);
    }

    /** Hands a test its sample, by way of JUnit's own settings. */
    public static final class Given implements ParameterResolver {

        /** For JUnit. */
        public Given() {}

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            return parameter.getParameter().getType().equals(Sample.class);
        }

        @Override
        public Sample resolveParameter(ParameterContext parameter, ExtensionContext test) {
            return new Sample(test.getConfigurationParameter("holdfast.sample")
                    .map(Integer::parseInt)
                    .orElse(1));
        }
    }
}
