/** Contract tests for a delivery target, by itself and below the whole engine. */
@NullMarked
package dev.holdfast.contracts.delivery;

import org.jspecify.annotations.NullMarked;
