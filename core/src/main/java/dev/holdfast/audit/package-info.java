/** Seals over the audit: a chain of hashes that shows what was changed, taken out or put in afterwards. */
@NullMarked
package dev.holdfast.audit;

import org.jspecify.annotations.NullMarked;
