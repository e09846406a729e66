/** What files are delivered to: containers, hosts, directories. */
@NullMarked
package dev.holdfast.spi.delivery;

import org.jspecify.annotations.NullMarked;
