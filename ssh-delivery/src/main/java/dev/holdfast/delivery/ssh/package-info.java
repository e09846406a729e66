/**
 * Directories of hosts that are reached by SSH, as targets: a POSIX shell and {@code tar} are all that a host needs.
 */
@NullMarked
package dev.holdfast.delivery.ssh;

import org.jspecify.annotations.NullMarked;
