/** What container engines, the container index and catalogs of workloads implement. */
@NullMarked
package dev.holdfast.spi.container;

import org.jspecify.annotations.NullMarked;
