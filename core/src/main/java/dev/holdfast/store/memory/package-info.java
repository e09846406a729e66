/** Keeps all records in memory, for unit tests of hosts and for demos. */
@NullMarked
package dev.holdfast.store.memory;

import org.jspecify.annotations.NullMarked;
