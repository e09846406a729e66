/** What a host says about many installs at one time: quarantines, and rollouts that halt. */
@NullMarked
package dev.holdfast.fleet;

import org.jspecify.annotations.NullMarked;
