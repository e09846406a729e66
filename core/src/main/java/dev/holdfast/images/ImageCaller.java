package dev.holdfast.images;

import dev.holdfast.internal.PolicyHold;

/**
 * Who wants an image looked at.
 *
 * @param actor for the audit
 * @param operator whether it is a person, whom neither policies nor waiting times bind
 */
record ImageCaller(String actor, boolean operator) {

    static final ImageCaller LOOP = new ImageCaller(PolicyHold.ACTOR, false);

    static ImageCaller operator(String actor) {
        return new ImageCaller(actor, true);
    }
}
