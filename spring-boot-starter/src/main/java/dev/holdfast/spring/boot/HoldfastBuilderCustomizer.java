package dev.holdfast.spring.boot;

import dev.holdfast.HoldfastBuilder;

/**
 * Sets what no property sets, as a bean. All of them are called in their order, after the properties and the collected
 * beans have been set, and before {@link HoldfastBuilder#build()}.
 */
@FunctionalInterface
public interface HoldfastBuilderCustomizer {

    /** Changes the builder; what it throws stops the application's start. */
    void customize(HoldfastBuilder builder);
}
