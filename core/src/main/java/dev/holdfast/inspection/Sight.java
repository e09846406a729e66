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

    /** What a look at the live path has found. */
    static Sight of(Placement placement, Install install) {
        return Verification.differing(placement, install)
                .map(found -> of(found, false))
                .orElseGet(() -> new Sight(Condition.INTACT, "", false));
    }

    /** What a comparison of every file has found. */
    static Sight of(Verification verification) {
        return of(verification, true);
    }

    private static Sight of(Verification found, boolean verified) {
        if (found instanceof Verification.Missing) {
            return new Sight(Condition.MISSING, "nothing stands at the live path", verified);
        }
        if (found instanceof Verification.Unmarked unmarked) {
            return new Sight(Condition.UNMARKED, unmarked.why(), verified);
        }
        if (found instanceof Verification.Foreign foreign) {
            return new Sight(Condition.FOREIGN, foreign.what(), verified);
        }
        return found instanceof Verification.Tampered tampered
                ? new Sight(Condition.TAMPERED, paths(tampered), verified)
                : new Sight(Condition.INTACT, "", verified);
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
