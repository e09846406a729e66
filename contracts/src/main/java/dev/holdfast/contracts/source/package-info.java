/** Contract tests for a source resolver and its history. */
@NullMarked
package dev.holdfast.contracts.source;

import org.jspecify.annotations.NullMarked;
