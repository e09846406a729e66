/** Programs of one short file each. None needs a server; {@code examples/run NAME} runs one. */
@NullMarked
package dev.holdfast.examples.onefile;

import org.jspecify.annotations.NullMarked;
