package dev.holdfast.examples.cli;

import dev.holdfast.spi.WorkspaceId;
import java.nio.file.Path;
import java.util.Optional;
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

    @Option(names = "--verify", description = "Find out whether somebody has changed it since it was sealed.")
    private boolean verify;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "With --verify: compare it with the line that --verify gave before.")
    private @Nullable Path checkpoint;

    @Mixin
    private final PageOptions page = new PageOptions();

    AuditCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        if (verify) {
            return AuditVerifyAnswer.of(
                    host.holdfast().auditTrail(),
                    Optional.ofNullable(checkpoint).map(console()::resolve));
        }
        if (export != null) {
            return ExportAudit.of(host.holdfast(), console().resolve(export));
        }
        return new AuditAnswer(
                workspace == null
                        ? host.holdfast().audit(page.request())
                        : host.holdfast().audit(workspace, page.request()));
    }
}
