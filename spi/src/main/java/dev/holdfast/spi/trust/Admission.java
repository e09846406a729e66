package dev.holdfast.spi.trust;

import java.time.Instant;

/**
 * The host's own last word on what is to be delivered: its scanner, its list, its calendar. Asked after the trust
 * policy and before a byte is sent, on install, update, rollout and repair from the source; and where somebody only
 * looks what an update would change, which delivers nothing.
 *
 * <p>Safe for use by several threads. What it throws is an answer of no kind: nothing is delivered, and it is asked
 * again. It is bound by the time limit of the operation, and holds up that operation alone.
 */
public interface Admission {

    /** Returns whether a candidate may be delivered now. */
    Decision decide(Candidate candidate);

    /** What it says. */
    sealed interface Decision {

        /** It may be delivered. */
        record Admit() implements Decision {}

        /**
         * It may not.
         *
         * @param why for people, with what they can do
         */
        record Refuse(String why) implements Decision {}

        /**
         * It may not yet; an update stays pending and is tried again then.
         *
         * @param until when to ask again
         * @param why for people
         */
        record Wait(Instant until, String why) implements Decision {}
    }
}
