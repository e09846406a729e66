/** A small platform whose workspaces run plugins: what a host of Holdfast looks like when it is whole. */
@NullMarked
package dev.holdfast.examples.host;

import org.jspecify.annotations.NullMarked;
