@NullMarked
package dev.holdfast.examples.cli;

import org.jspecify.annotations.NullMarked;
