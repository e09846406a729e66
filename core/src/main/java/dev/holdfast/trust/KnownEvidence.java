package dev.holdfast.trust;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource.Question;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Evidence that was good once, of the last revisions: it is judged again each time, and not asked for again. What was
 * refused is asked for anew, since a tag may have been signed meanwhile.
 */
final class KnownEvidence {

    private static final int MOST = 500;

    private final Map<Question, Shown> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Shown> eldest) {
            return size() > MOST;
        }
    };

    /** What a source showed, and its first commits where those were asked for. */
    record Shown(Evidence evidence, Optional<Set<Revision>> roots) {}

    synchronized Optional<Shown> find(Question question) {
        return Optional.ofNullable(known.get(question));
    }

    synchronized void keep(Question question, Shown shown) {
        known.put(question, shown);
    }

    synchronized void drop(Question question) {
        known.remove(question);
    }
}
