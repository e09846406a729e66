package dev.holdfast.contracts.source;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import java.util.Map;

/**
 * An upstream that a resolver's contract test may change as it likes. Each fixture is a fresh, empty upstream of its
 * own.
 *
 * <p>Contents are given as a map from path to text. A path that ends in {@code *} names an executable file, and a text
 * that begins with {@code "-> "} a symbolic link to what follows.
 */
public interface SourceFixture {

    /** Returns the upstream as a source, at its default line. */
    Source source();

    /** Makes exactly these files the content of the default line and returns the revision that this gave. */
    Revision commit(Map<String, String> files);

    /** An upstream with tags and branches, which keeps what it once had. */
    interface Versioned extends SourceFixture {

        /** Lets a plain tag stand at a revision, also when it stood elsewhere. */
        void tag(String name, Revision revision);

        /** As {@link #tag}, with a tag object of its own between the name and the revision. */
        void annotatedTag(String name, Revision revision);

        /** Lets a branch stand at a revision, also when it stood elsewhere. */
        void branch(String name, Revision revision);

        /** Removes a tag. */
        void removeTag(String name);
    }
}
