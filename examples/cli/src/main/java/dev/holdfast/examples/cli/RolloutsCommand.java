package dev.holdfast.examples.cli;

import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists revisions on their way through the fleet. */
@Command(name = "list", description = "List the rollouts that are under way, or all of them.")
final class RolloutsCommand extends HostCommand {

    @Option(names = "--all", description = "Also those that are over.")
    private boolean all;

    @Mixin
    private final PageOptions page = new PageOptions();

    RolloutsCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new RowsAnswer<>(
                host.holdfast().rollouts().list(all ? Which.ALL : Which.OPEN, page.request()),
                FleetForms::rollout,
                Table.of("ID", "PLAN", "REVISION", "STATE", "RING", "DONE", "FAILED", "WAITING", "BEGUN", "NOTE"),
                RolloutsCommand::cells,
                "No rollout is under way.");
    }

    private static String[] cells(Rollout rollout, Ages ages) {
        return new String[] {
            Long.toString(rollout.id()),
            rollout.name(),
            Words.named(rollout.goal().revision(), rollout.goal().version()),
            Json.word(rollout.progress().state()),
            rollout.progress().ring() + 1 + " of " + rollout.rings().size(),
            sum(rollout, Rollout.Counts::succeeded),
            sum(rollout, Rollout.Counts::failed),
            sum(rollout, Rollout.Counts::waiting),
            ages.ago(rollout.createdAt()),
            rollout.progress().note()
        };
    }

    private static String sum(Rollout rollout, java.util.function.ToIntFunction<Rollout.Counts> figure) {
        return Integer.toString(rollout.rings().stream().mapToInt(figure).sum());
    }
}
