package dev.holdfast.examples.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the whole story on this machine: install, upstream releases, sweep, apply, roll back. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Install, let upstream release, sweep, apply, roll back: all in a temporary directory.")
final class DemoCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--keep", description = "Keep the directory, to look around in it.")
    private boolean keep;

    DemoCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        TemporaryDirectory directory = TemporaryDirectory.create("holdfast-demo-");
        try {
            cli.beforeGit();
            HostOptions options = new HostOptions();
            options.state = directory.path().resolve("state");
            options.allowFile = List.of(directory.path());
            return new DemoStory(cli, options, directory.path()).tell().code();
        } finally {
            if (!keep) {
                directory.remove();
            }
        }
    }
}
