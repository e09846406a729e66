/** The worked example of a custom adapter: directories of hosts that are reached by SSH. */
@NullMarked
package dev.holdfast.examples.ssh;

import org.jspecify.annotations.NullMarked;
