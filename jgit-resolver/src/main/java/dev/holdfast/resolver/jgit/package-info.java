@NullMarked
package dev.holdfast.resolver.jgit;

import org.jspecify.annotations.NullMarked;
