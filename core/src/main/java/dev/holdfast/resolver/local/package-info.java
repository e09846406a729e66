/** Resolves plugins that lie in directories of this machine. */
@NullMarked
package dev.holdfast.resolver.local;

import org.jspecify.annotations.NullMarked;
