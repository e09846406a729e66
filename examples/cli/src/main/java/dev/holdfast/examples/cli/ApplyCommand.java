package dev.holdfast.examples.cli;

import dev.holdfast.ApplyResult;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Applies an update. */
@Command(
        name = "apply",
        description = "Deliver exactly the revision that was reviewed, once.",
        footer = {
            "",
            "An update's revision never changes: if upstream moves on, the update is superseded and a new one is queued."
        })
final class ApplyCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The update, as 'pending' lists it.")
    private long id;

    @ArgGroup(multiplicity = "1")
    private Reviewed reviewed = new Reviewed();

    ApplyCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Optional<Update> update = host.holdfast().updates().find(id);
        Revision revision = reviewed.revision != null
                ? reviewed.revision
                : update.map(Update::to).orElse(null);
        if (revision == null) {
            return new ApplyAnswer(id, new ApplyResult.NotFound(), Optional.empty());
        }
        try (DeliveryBar bar = DeliveryBar.delivering(console(), "applying " + id + " (" + revision + ")")) {
            ApplyResult result = host.holdfast().updates().apply(id, revision, actor(), bar);
            return new ApplyAnswer(id, result, host.holdfast().updates().find(id));
        }
    }

    /** What was reviewed: picocli takes exactly one. */
    static final class Reviewed {

        @Option(
                names = "--revision",
                paramLabel = "REVISION",
                required = true,
                description = "The revision that was reviewed, in full; refused unless it is the update's.")
        @Nullable Revision revision;

        @Option(names = "--yes", required = true, description = "Apply whatever the update is for, without naming it.")
        boolean yes;
    }
}
