package dev.holdfast.examples.cli;

import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the upstreams that installs follow. */
@Command(name = "list", description = "List the upstreams that installs follow, and how they stand.")
final class SourcesCommand extends HostCommand {

    @Mixin
    private final PageOptions page = new PageOptions();

    SourcesCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new RowsAnswer<>(
                host.holdfast().upstreams(page.request()),
                FleetForms::upstream,
                Table.of("UPSTREAM", "STANDING", "INSTALLS", "DUE", "WHY"),
                SourcesCommand::cells,
                "No install follows anything.");
    }

    private static String[] cells(UpstreamStatus upstream, Ages ages) {
        return new String[] {
            upstream.upstream().key(),
            Json.word(upstream.standing()),
            Long.toString(upstream.installs()),
            ages.in(upstream.dueAt()),
            upstream.suspended().or(upstream::lastError).orElse(Words.NOTHING)
        };
    }
}
