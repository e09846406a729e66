package dev.holdfast.examples.host;

import dev.holdfast.resolver.jgit.JGitResolver;
import org.eclipse.jgit.util.FS;
import picocli.CommandLine;

/** Starts the platform. */
public final class Main {

    private Main() {}

    /** Runs until the process is asked to end. */
    public static void main(String[] args) {
        // This process is ours: nobody's git configuration changes what sources do.
        JGitResolver.isolateJvm();
        // Otherwise the start waits two seconds for JGit to measure how exact the clock of the disk is.
        FS.FileStoreAttributes.setBackground(true);
        System.exit(new CommandLine(new HostCommand(System.out, System.getenv())).execute(args));
    }
}
