package dev.holdfast.examples.cli;

import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.store.Page;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what may not be installed where. */
@Command(name = "list", description = "List what may not be installed where, and why.")
final class QuarantinesCommand extends HostCommand {

    @Option(names = "--all", description = "Also those that have ended, newest first.")
    private boolean all;

    @Mixin
    private final PageOptions page = new PageOptions();

    QuarantinesCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Page<Quarantine> quarantines = all
                ? host.holdfast().quarantines().list(page.request())
                : new Page<>(host.holdfast().quarantines().active(), Optional.empty());
        return new RowsAnswer<>(
                quarantines,
                FleetForms::quarantine,
                Table.of("ID", "WHAT", "WHERE", "WHO", "SINCE", "UNTIL", "WHY"),
                QuarantinesCommand::cells,
                "Nothing is in quarantine.");
    }

    private static String[] cells(Quarantine quarantine, Ages ages) {
        return new String[] {
            Long.toString(quarantine.id()),
            quarantine.content().toString(),
            quarantine.scope().toString(),
            quarantine.actor(),
            ages.ago(quarantine.since()),
            quarantine.until().map(Object::toString).orElse(Words.NOTHING),
            quarantine.reason()
        };
    }
}
