/** Random histories and rivals: what must hold whatever the order in which nodes act, die and come back. */
@NullMarked
package dev.holdfast.contracts.history;

import org.jspecify.annotations.NullMarked;
