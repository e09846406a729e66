package dev.holdfast.delivery.docker;

import dev.holdfast.spi.delivery.PosixScript;

/** Where the scripts of one session run. */
interface Shell extends AutoCloseable {

    /** Returns the path of the session's directory as scripts see it. */
    String root();

    /**
     * Makes sure that scripts can run, or says why not. Comes before the first change, so that nothing is left half
     * done.
     */
    void require();

    /** Runs a program to its end. */
    ContainerExec.Ended run(String what, PosixScript script);

    /** Frees what it started; may be called twice, and throws nothing. */
    @Override
    void close();
}
