/** Labels, quarantines and rollouts: what is said about many installs at one time. */
@NullMarked
package dev.holdfast.spi.fleet;

import org.jspecify.annotations.NullMarked;
