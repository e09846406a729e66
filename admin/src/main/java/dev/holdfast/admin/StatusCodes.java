package dev.holdfast.admin;

import dev.holdfast.spi.Reason;

/** The one place that says which status code a reason gets. The compiler refuses a reason without one. */
final class StatusCodes {

    static final int LOCKED = 423;

    private StatusCodes() {}

    static int of(Reason reason) {
        return switch (reason) {
            case INVALID_VALUE, UNKNOWN_SCHEME, UNKNOWN_TARGET -> 400;
            case FORBIDDEN,
                    QUARANTINED,
                    UNSIGNED,
                    SIGNATURE_REFUSED,
                    SIGNER_REFUSED,
                    SIGNER_CHANGED,
                    ORIGIN_CHANGED,
                    NOT_ADMITTED -> 403;
            case SOURCE_NOT_FOUND, REF_NOT_FOUND, REVISION_NOT_FOUND, TARGET_NOT_FOUND, NOT_INSTALLED -> 404;
            case OCCUPIED, CONFLICT, FENCED, NOTHING_TO_ROLL_BACK, TARGET_UNUSABLE, TARGET_READ_ONLY -> 409;
            case TOO_LARGE -> 413;
            case BUNDLE_REFUSED, UNHEALTHY -> 422;
            case BUSY -> LOCKED;
            // What another server said to us is no fault of our caller's: a 401 would ask the wrong one for a password.
            case UNAUTHORIZED, UNREACHABLE, PROTOCOL, TARGET_FAILED -> 502;
            case RATE_LIMITED, STORE, NO_SPACE -> 503;
            case TIMEOUT -> 504;
        };
    }
}
