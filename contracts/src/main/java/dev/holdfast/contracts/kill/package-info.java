/**
 * The kill harness: dies at every step of every operation on a target, recovers, and checks what must hold.
 *
 * <p>It needs no hooks in the engine: what it stands between is the service provider interfaces.
 */
@NullMarked
package dev.holdfast.contracts.kill;

import org.jspecify.annotations.NullMarked;
