package dev.holdfast.examples.cli;

import dev.holdfast.spi.WorkspaceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists decisions and changes. */
@Command(name = "audit", description = "List decisions and changes: who, what, when, newest first.")
final class AuditCommand extends HostCommand {

    @Option(names = "--workspace", paramLabel = "NAME", description = "Only this workspace.")
    private @Nullable WorkspaceId workspace;

    @Mixin
    private final PageOptions page = new PageOptions();

    AuditCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new AuditAnswer(
                workspace == null
                        ? host.holdfast().audit(page.request())
                        : host.holdfast().audit(workspace, page.request()));
    }
}
