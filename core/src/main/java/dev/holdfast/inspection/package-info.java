/**
 * Whether what stands on the targets is what is recorded: looked at by and by, told, and repaired where a policy says
 * so.
 */
@org.jspecify.annotations.NullMarked
package dev.holdfast.inspection;
