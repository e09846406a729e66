package dev.holdfast;

import dev.holdfast.release.FileDifference;

/**
 * The host's rule whether a change of files needs a reload of its workspace.
 *
 * <p>Asked when one revision took another's place and both are known. A first install, an uninstall, a repair, and a
 * change that cannot be compared always reload. Safe for use by several threads; an exception counts as yes.
 */
@FunctionalInterface
public interface ReloadRule {

    /** Returns whether the workspace must be reloaded for this difference. */
    boolean needsReload(FileDifference difference);
}
