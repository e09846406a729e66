/** Real git repositories and a real git server over HTTP, for tests that should not take a fake's word for it. */
@NullMarked
package dev.holdfast.contracts.git;

import org.jspecify.annotations.NullMarked;
