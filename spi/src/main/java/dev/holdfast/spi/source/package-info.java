/** What says where a plugin stands and fetches it: git servers, registries, directories. */
@NullMarked
package dev.holdfast.spi.source;

import org.jspecify.annotations.NullMarked;
