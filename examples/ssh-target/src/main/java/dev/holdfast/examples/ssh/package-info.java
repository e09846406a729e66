@NullMarked
package dev.holdfast.examples.ssh;

import org.jspecify.annotations.NullMarked;
