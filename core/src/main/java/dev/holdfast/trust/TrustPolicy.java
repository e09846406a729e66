package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Upstream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must be proved of which sources. The first rule that concerns a source counts for it.
 *
 * @param rules in the order in which they are looked at
 * @param refusesOthers whether a source that no rule concerns is refused; by default it is as free as without a policy
 */
public record TrustPolicy(List<TrustRule> rules, boolean refusesOthers) {

    /** Copies the rules, and refuses two of one name. */
    public TrustPolicy {
        rules = List.copyOf(rules);
        Set<String> names = new HashSet<>();
        for (TrustRule rule : rules) {
            if (!names.add(rule.name())) {
                throw PermanentException.invalid("trust policy", rule.name(), "give each rule a name of its own");
            }
        }
    }

    /** Returns the policy of these rules; sources that none concerns stay free. */
    public static TrustPolicy of(TrustRule... rules) {
        return new TrustPolicy(List.of(rules), false);
    }

    /** Returns the same that refuses every source without a rule. */
    public TrustPolicy refusingOthers() {
        return new TrustPolicy(rules, true);
    }

    boolean asksForFreshness() {
        return rules.stream().anyMatch(rule -> rule.fresh().isPresent());
    }

    Optional<TrustRule> concerning(Source source, Upstream upstream) {
        return rules.stream().filter(rule -> rule.concerns(source, upstream)).findFirst();
    }
}
