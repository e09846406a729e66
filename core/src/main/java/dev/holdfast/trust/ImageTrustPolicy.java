package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.image.ImageReference;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must be proved of which images. The first rule that concerns an image counts for it.
 *
 * @param rules in the order in which they are looked at
 * @param refusesOthers whether an image that no rule concerns is refused; by default it is as free as without a policy
 */
public record ImageTrustPolicy(List<ImageRule> rules, boolean refusesOthers) {

    /** Copies the rules, and refuses two of one name. */
    public ImageTrustPolicy {
        rules = List.copyOf(rules);
        Set<String> names = new HashSet<>();
        for (ImageRule rule : rules) {
            if (!names.add(rule.name())) {
                throw PermanentException.invalid("image trust policy", rule.name(), "give each rule a name of its own");
            }
        }
    }

    /** Returns the policy of these rules; images that none concerns stay free. */
    public static ImageTrustPolicy of(ImageRule... rules) {
        return new ImageTrustPolicy(List.of(rules), false);
    }

    /** Returns the same that refuses every image without a rule. */
    public ImageTrustPolicy refusingOthers() {
        return new ImageTrustPolicy(rules, true);
    }

    Optional<ImageRule> concerning(ImageReference image) {
        return rules.stream().filter(rule -> rule.concerns(image)).findFirst();
    }
}
