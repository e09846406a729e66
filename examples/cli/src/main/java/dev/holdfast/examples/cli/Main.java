package dev.holdfast.examples.cli;

import dev.holdfast.resolver.jgit.JGitResolver;
import org.eclipse.jgit.util.FS;

/** Starts the command line. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // This process is ours: nobody's git configuration changes what the demo and the sources do.
        JGitResolver.isolateJvm();
        // Otherwise each run waits two seconds for JGit to measure how exact the clock of the disk is.
        FS.FileStoreAttributes.setBackground(true);
        System.exit(Cli.in(Console.ofProcess()).run(args));
    }
}
