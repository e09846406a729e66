package dev.holdfast.examples.cli;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Forbids a revision, or a source. */
@Command(
        name = "declare",
        description = "Forbid a revision, a source, or a revision of a source, for the fleet or by labels.")
final class DeclareCommand extends HostCommand {

    @Option(names = "--source", paramLabel = "SOURCE", description = "The source; its ref does not count.")
    private @Nullable Source source;

    @Option(names = "--revision", paramLabel = "REVISION", description = "The revision, in full.")
    private @Nullable Revision revision;

    @Option(
            names = "--labels",
            paramLabel = "SELECTOR",
            description = "Only where labels match, as env=prod. Default: everywhere")
    private @Nullable String labels;

    @Option(names = "--note", paramLabel = "TEXT", required = true, description = "Why; whoever is refused reads it.")
    private String note = "";

    DeclareCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Declaration wanted = Declaration.of(content(), note, actor());
        Quarantine declared =
                host.holdfast().quarantines().declare(labels == null ? wanted : wanted.in(Scope.labels(labels)));
        return SaidAnswer.done(
                FleetForms.quarantine(declared),
                "quarantine " + declared.id() + ": " + declared.content() + " may not be installed in "
                        + declared.scope());
    }

    private Content content() {
        if (source != null && revision != null) {
            return Content.of(source, revision);
        }
        if (source != null) {
            return Content.source(source);
        }
        if (revision == null) {
            throw PermanentException.invalid("quarantine", "of nothing", "give --source, --revision, or both");
        }
        return Content.revision(revision);
    }
}
