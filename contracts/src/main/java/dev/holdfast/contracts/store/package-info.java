/** Contract tests for a tracking store, by itself and below the whole engine. */
@NullMarked
package dev.holdfast.contracts.store;

import org.jspecify.annotations.NullMarked;
