package dev.holdfast.examples.cli;

import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists updates, by default those that wait for a decision. */
@Command(name = "pending", description = "List the updates that wait for a decision, newest first.")
final class PendingCommand extends HostCommand {

    @Mixin
    private final FilterOptions filter = new FilterOptions();

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Others instead: ${COMPLETION-CANDIDATES}. May be repeated.")
    private Set<UpdateStatus> statuses = Set.of();

    @Mixin
    private final PageOptions page = new PageOptions();

    PendingCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Set<UpdateStatus> wanted = statuses.isEmpty() ? Set.of(UpdateStatus.PENDING) : statuses;
        UpdateQuery query = new UpdateQuery(wanted, filter.workspace(), filter.plugin());
        return new UpdatesAnswer(host.holdfast().updates().list(query, page.request()));
    }
}
