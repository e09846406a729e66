/** OpenPGP signatures of git commits and tags, checked against a keyring that the host gives. */
@NullMarked
package dev.holdfast.trust.openpgp;

import org.jspecify.annotations.NullMarked;
