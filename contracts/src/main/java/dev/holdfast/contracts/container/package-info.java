/** Contract tests for a container runtime and for the container index. */
@NullMarked
package dev.holdfast.contracts.container;

import org.jspecify.annotations.NullMarked;
