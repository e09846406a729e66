package dev.holdfast;

import dev.holdfast.spi.Subject;
import dev.holdfast.spi.trust.Verified;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why an install, or an image, is at the revision it is at, and when something can happen next without anybody's doing.
 *
 * @param subject the install, or the image
 * @param code why, for machines
 * @param text why, for people, and what they can do
 * @param next when something can happen next; empty if nothing will until somebody acts
 * @param update the queue entry it is about
 * @param verified what was verified of the installed revision when it was delivered; of an image, of the digest that
 *     runs, by this process before it pulled that. Empty where no trust rule concerned it
 */
public record Explanation(
        Subject subject,
        Code code,
        String text,
        Optional<Instant> next,
        OptionalLong update,
        Optional<Verified> verified) {

    /** Of something of which nothing was verified. */
    public Explanation(Subject subject, Code code, String text, Optional<Instant> next, OptionalLong update) {
        this(subject, code, text, next, update, Optional.empty());
    }

    Explanation with(Optional<Verified> found) {
        return new Explanation(subject, code, text, next, update, found);
    }

    /** The reasons. */
    public enum Code {
        /** What it follows stands where it is. */
        UP_TO_DATE,
        /** It follows nothing, or is pinned to one revision. */
        FOLLOWS_NOTHING,
        /** Its upstream was not asked since it was installed. */
        NOT_ASKED_YET,
        /** Its upstream is suspended. */
        SUSPENDED,
        /** Its upstream could not be asked; what is known of it is old. */
        UPSTREAM_FAILING,
        /** Its upstream has no such ref, or no tag that qualifies. */
        REF_ABSENT,
        /** The tag it is pinned to was moved upstream, or the branch it follows was rewritten: an operator decides. */
        REF_REWRITTEN,
        /** An operation is changing it now. */
        UNDER_WAY,
        /** What was last seen on its target is not what is recorded. */
        TARGET_DIFFERS,
        /** An update waits for an operator. */
        WAITS_FOR_OPERATOR,
        /** An update goes further than the policy allows without an operator, or has no version to tell by. */
        ABOVE_LEVEL,
        /** The revision is too new: it is left alone for a time after it was first seen. */
        COOLING_DOWN,
        /** An update goes to a lower version than is installed: an operator decides. */
        GOES_BACK,
        /**
         * The trust policy, or the host's admission, refuses the revision or could not be asked, as this node found out
         * lately; it asks again when the time has come.
         */
        NOT_TRUSTED,
        /** No maintenance window is open. */
        OUTSIDE_WINDOW,
        /** An attempt failed, and it is tried again later. */
        BACKING_OFF,
        /** An update may begin, and will with the next pass. */
        READY,
        /** Updates from this source are not allowed by the host any more. */
        SOURCE_NOT_ALLOWED,
        /** This node has no resolver or no target for it; another node may. */
        NOT_ON_THIS_NODE,
        /** The revision, or its source, is in quarantine for it: somebody must lift that. */
        QUARANTINED,
        /** It comes by a rollout and waits for its turn there. */
        IN_ROLLOUT,
        /** Its rollout was stopped or halted, or a newer one took its place: an operator decides. */
        ROLLOUT_OVER,
        /** Its policy names a rollout plan that nobody has set. */
        NO_PLAN,
        /** An operator dismissed this revision. */
        DISMISSED,
        /** This revision was rolled back, or failed, and is not offered again. */
        BAD_REVISION,
        /** Applying it failed for good; somebody may retry it. */
        FAILED
    }
}
