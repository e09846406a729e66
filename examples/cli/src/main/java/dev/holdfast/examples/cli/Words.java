package dev.holdfast.examples.cli;

import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.PluginSubject;
import java.util.Optional;

/** Short forms for people. */
final class Words {

    /** What stands in a table where there is nothing. */
    static final String NOTHING = "-";

    private Words() {}

    static String brief(Optional<Revision> revision) {
        return revision.map(Revision::abbreviated).orElse(NOTHING);
    }

    /** Returns {@code v1.1.0 (3f2a91c0b1de)}, or the bare revision where it has no name. */
    static String named(Revision revision, Optional<String> version) {
        return version.map(name -> name + " (" + revision.abbreviated() + ")").orElseGet(revision::abbreviated);
    }

    static String named(Release release) {
        return named(release.revision(), release.version());
    }

    /** Returns {@code 1 upstream}, {@code 3 upstreams}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Returns what an update is for: a plugin by its key alone, as everywhere, an image as such. */
    static String subject(Subject subject) {
        return subject instanceof PluginSubject plugin ? plugin.key().toString() : subject.toString();
    }
}
