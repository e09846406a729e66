package dev.holdfast.examples.cli;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.LabelSelector;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Lists what is installed. */
@Command(name = "list", description = "List what is installed.")
final class ListCommand extends HostCommand {

    @Option(names = "--workspace", paramLabel = "NAME", description = "Only this workspace, at most 500 plugins.")
    private @Nullable WorkspaceId workspace;

    @Option(names = "--label", paramLabel = "SELECTOR", description = "Only those that it chooses: env=prod,!gpu")
    private @Nullable LabelSelector labels;

    @Mixin
    private final PageOptions page = new PageOptions();

    ListCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Holdfast holdfast = host.holdfast();
        if (labels != null) {
            if (workspace != null) {
                throw new ParameterException(
                        new CommandLine(this), "--label and --workspace exclude each other; choose one");
            }
            return new InstallsAnswer(holdfast.labels().list(labels, page.request()));
        }
        return new InstallsAnswer(
                workspace == null ? holdfast.installs(page.request()) : holdfast.installs(workspace, page.request()));
    }
}
