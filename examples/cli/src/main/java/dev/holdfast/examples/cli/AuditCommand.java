package dev.holdfast.examples.cli;

import dev.holdfast.spi.WorkspaceId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists decisions and changes. */
@Command(name = "audit", description = "List decisions and changes: who, what, when, newest first.")
final class AuditCommand extends HostCommand {

    @Option(names = "--workspace", paramLabel = "NAME", description = "Only this workspace.")
    private @Nullable WorkspaceId workspace;

    @Option(names = "--export", paramLabel = "FILE", description = "Write all of it to a file, one JSON object a line.")
    private @Nullable Path export;

    @Mixin
    private final PageOptions page = new PageOptions();

    AuditCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        if (export != null) {
            return ExportAudit.of(host.holdfast(), console().resolve(export));
        }
        return new AuditAnswer(
                workspace == null
                        ? host.holdfast().audit(page.request())
                        : host.holdfast().audit(workspace, page.request()));
    }
}
