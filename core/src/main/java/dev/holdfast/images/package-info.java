/** Watches the tags of images, and refreshes the containers that were made of them. */
@NullMarked
package dev.holdfast.images;

import org.jspecify.annotations.NullMarked;
