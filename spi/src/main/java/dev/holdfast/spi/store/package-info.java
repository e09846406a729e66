/** What keeps records: installs, operations, updates, audit. */
@NullMarked
package dev.holdfast.spi.store;

import org.jspecify.annotations.NullMarked;
