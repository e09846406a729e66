/**
 * A whole Holdfast without servers, for unit tests of a host in any test framework; its clock moves, and its parts fail
 * on demand.
 */
@NullMarked
package dev.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
