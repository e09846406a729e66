/** Keeps an index of containers that converges on what an engine runs, and gives each workload its turn. */
@NullMarked
package dev.holdfast.containers;

import org.jspecify.annotations.NullMarked;
