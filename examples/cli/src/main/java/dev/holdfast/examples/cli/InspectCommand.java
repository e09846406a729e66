package dev.holdfast.examples.cli;

import dev.holdfast.inspection.InspectionReport.Failure;
import dev.holdfast.spi.Observation;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the record with the targets. */
@Command(
        name = "inspect",
        description = "Look at the installs that are due on their targets, then list what differs from the record.")
final class InspectCommand extends HostCommand {

    @Option(names = "--known", description = "Only list what earlier looks have found.")
    private boolean known;

    @Mixin
    private final PageOptions page = new PageOptions();

    InspectCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        List<Failure> unread =
                known ? List.of() : host.holdfast().inspections().inspect().failures();
        return new DifferingAnswer(
                unread,
                new RowsAnswer<>(
                        host.holdfast().inspections().differing(page.request()),
                        FleetForms::observation,
                        Table.of("PLUGIN", "CONDITION", "SINCE", "LOOKED AT", "DETAIL"),
                        InspectCommand::cells,
                        "Nothing differs from its record, by what was last seen."));
    }

    private static String[] cells(Observation seen, Ages ages) {
        return new String[] {
            seen.key().toString(),
            Json.word(seen.condition()),
            ages.ago(seen.since()),
            ages.ago(seen.lookedAt()),
            seen.detail()
        };
    }
}
