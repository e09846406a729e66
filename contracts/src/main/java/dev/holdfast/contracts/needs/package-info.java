/** What a test needs of the machine, and how much of a long matrix it takes. */
@NullMarked
package dev.holdfast.contracts.needs;

import org.jspecify.annotations.NullMarked;
