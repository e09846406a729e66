package dev.holdfast.inspection;

import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Observation.Condition;
import java.util.ArrayList;
import java.util.List;

/**
 * What one look has found.
 *
 * @param condition how the target compares with the record
 * @param detail what differs, for people
 * @param verified whether every file was compared
 */
record Sight(Condition condition, String detail, boolean verified) {

    private static final int MOST_PATHS = 5;

    static Sight of(Placement placement, Install install) {
        if (placement instanceof Placement.Missing) {
            return missing(false);
        }
        if (placement instanceof Placement.Unmarked unmarked) {
            return new Sight(Condition.UNMARKED, unmarked.why(), false);
        }
        if (placement instanceof Placement.Foreign foreign) {
            return new Sight(Condition.FOREIGN, foreign.what(), false);
        }
        Placement.Live live = (Placement.Live) placement;
        return live.release().equals(install.release())
                ? new Sight(Condition.INTACT, "", false)
                : new Sight(
                        Condition.FOREIGN,
                        "release " + live.release().stamp() + " of revision "
                                + live.release().revision() + " is live, and "
                                + install.release().stamp() + " is recorded",
                        false);
    }

    static Sight of(Verification verification) {
        if (verification instanceof Verification.Missing) {
            return missing(true);
        }
        if (verification instanceof Verification.Unmarked unmarked) {
            return new Sight(Condition.UNMARKED, unmarked.why(), true);
        }
        if (verification instanceof Verification.Foreign foreign) {
            return new Sight(Condition.FOREIGN, foreign.what(), true);
        }
        return verification instanceof Verification.Tampered tampered
                ? new Sight(Condition.TAMPERED, paths(tampered), true)
                : new Sight(Condition.INTACT, "", true);
    }

    private static Sight missing(boolean verified) {
        return new Sight(Condition.MISSING, "nothing stands at the live path", verified);
    }

    private static String paths(Verification.Tampered tampered) {
        List<String> parts = new ArrayList<>();
        part(parts, "changed", tampered.changed());
        part(parts, "added", tampered.added());
        part(parts, "removed", tampered.removed());
        return String.join("; ", parts);
    }

    private static void part(List<String> parts, String what, List<String> paths) {
        if (!paths.isEmpty()) {
            String more = paths.size() > MOST_PATHS ? " and " + (paths.size() - MOST_PATHS) + " more" : "";
            parts.add(what + ": " + String.join(", ", paths.subList(0, Math.min(MOST_PATHS, paths.size()))) + more);
        }
    }
}
