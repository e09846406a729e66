/** What Holdfast does, in a host's Micrometer registry: {@link dev.holdfast.metrics.micrometer.HoldfastMetrics}. */
@NullMarked
package dev.holdfast.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
