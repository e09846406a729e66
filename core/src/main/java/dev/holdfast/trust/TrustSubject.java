package dev.holdfast.trust;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.trust.EvidenceSource.Question;
import java.util.Optional;

/**
 * What is to be delivered, and to which install.
 *
 * @param key the install, which need not exist yet
 * @param origin where it comes from
 * @param revision what is to be delivered
 * @param version the name of the tag that it was found by; empty where it was found otherwise
 * @param actor who asked for it
 */
public record TrustSubject(InstallKey key, Origin origin, Revision revision, Optional<String> version, String actor) {

    Question question() {
        return new Question(origin.source(), revision, version);
    }
}
