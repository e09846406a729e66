package dev.holdfast.examples.cli;

import dev.holdfast.spi.WorkspaceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what is installed. */
@Command(name = "list", description = "List what is installed.")
final class ListCommand extends HostCommand {

    @Option(names = "--workspace", paramLabel = "NAME", description = "Only this workspace, at most 500 plugins.")
    private @Nullable WorkspaceId workspace;

    @Mixin
    private final PageOptions page = new PageOptions();

    ListCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new InstallsAnswer(
                workspace == null
                        ? host.holdfast().installs(page.request())
                        : host.holdfast().installs(workspace, page.request()));
    }
}
