/** Contract tests for the ledger of images, and for a watcher on it. */
@NullMarked
package dev.holdfast.contracts.image;

import org.jspecify.annotations.NullMarked;
