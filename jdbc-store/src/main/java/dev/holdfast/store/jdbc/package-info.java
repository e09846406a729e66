@NullMarked
package dev.holdfast.store.jdbc;

import org.jspecify.annotations.NullMarked;
