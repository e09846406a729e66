package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.HoldfastException;
import java.io.IOException;
import org.eclipse.jgit.lib.Repository;

/** A repository on disk that stays there until this is closed. */
interface RepositoryUse extends AutoCloseable {

    /** Returns the repository. */
    Repository repository();

    /** Notes that something in it could not be read. */
    void suspect();

    /** Notes that, and returns the exception that says so. */
    HoldfastException broken(IOException failure);

    /** Lets it go; may be called twice. */
    @Override
    void close();
}
