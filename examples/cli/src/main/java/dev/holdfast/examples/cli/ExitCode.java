package dev.holdfast.examples.cli;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** What the process ends with: what a script should do next. */
enum ExitCode {
    /** Done, or nothing to do. */
    OK(0),
    /** A defect of this program. */
    DEFECT(1),
    /** The command line is wrong; nothing was touched. */
    USAGE(2),
    /** Refused, or failed in a way that trying again does not mend: a person must act. */
    REFUSED(3),
    /** Trying again later may help. */
    TRY_AGAIN(4),
    /** The install, update, source, ref, revision or target does not exist. */
    NOT_FOUND(5),
    /** What is on a target is not what is recorded. */
    DIFFERS(6);

    /** What may be otherwise the next time; all else waits for a person. */
    private static final Set<Reason> PASSING = EnumSet.of(
            Reason.UNREACHABLE,
            Reason.TIMEOUT,
            Reason.RATE_LIMITED,
            Reason.TARGET_UNUSABLE,
            Reason.TARGET_FAILED,
            Reason.NO_SPACE,
            Reason.BUSY,
            Reason.FENCED,
            Reason.NOT_ADMITTED,
            Reason.STORE);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ExitCode of(HoldfastException e) {
        return e instanceof TransientException ? TRY_AGAIN : ofPermanent(e.reason());
    }

    /** What comes of several failures: trying again is right as long as it may help one of them. */
    static ExitCode of(Collection<Reason> reasons) {
        if (reasons.stream().anyMatch(PASSING::contains)) {
            return TRY_AGAIN;
        }
        return reasons.stream().findFirst().map(ExitCode::ofPermanent).orElse(OK);
    }

    static ExitCode ofPermanent(Reason reason) {
        return switch (reason) {
            case INVALID_VALUE, UNKNOWN_SCHEME, UNKNOWN_TARGET -> USAGE;
            case SOURCE_NOT_FOUND,
                    REF_NOT_FOUND,
                    REVISION_NOT_FOUND,
                    TARGET_NOT_FOUND,
                    NOT_INSTALLED,
                    NOTHING_TO_ROLL_BACK -> NOT_FOUND;
            default -> REFUSED;
        };
    }
}
