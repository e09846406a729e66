/** What registries, image refreshers and the ledger of images implement. */
@NullMarked
package dev.holdfast.spi.image;

import org.jspecify.annotations.NullMarked;
