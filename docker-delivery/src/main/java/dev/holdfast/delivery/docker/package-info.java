@NullMarked
package dev.holdfast.delivery.docker;

import org.jspecify.annotations.NullMarked;
