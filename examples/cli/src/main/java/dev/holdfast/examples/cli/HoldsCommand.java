package dev.holdfast.examples.cli;

import dev.holdfast.HoldReport;
import dev.holdfast.Holdfast;
import dev.holdfast.ReaderHold;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists who uses which release. */
@Command(name = "holds", description = "List the readers that hold releases of a workspace's plugins.")
final class HoldsCommand extends HostCommand {

    @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace. Default: ${DEFAULT-VALUE}")
    private WorkspaceId workspace = WorkspaceId.of("default");

    @Option(
            names = "--break",
            paramLabel = "HOLDER",
            description = "End what this one holds, named as the list names it, against its will; audited.")
    private @Nullable String holder;

    HoldsCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        HoldReport report = host.holdfast().holds(workspace);
        if (holder != null) {
            return broken(host.holdfast(), report, holder);
        }
        return new HoldsAnswer(
                report.unread(),
                new RowsAnswer<>(
                        new Page<>(report.holds(), Optional.empty()),
                        hold -> Json.key(hold.key())
                                .put("release", hold.stamp().value())
                                .put("holder", hold.holder())
                                .put(
                                        "since",
                                        hold.since().map(Instant::toString).orElse(null))
                                .put("renewedSecondsAgo", hold.renewed().toSeconds()),
                        Table.of("PLUGIN", "RELEASE", "HOLDER", "SINCE", "RENEWED"),
                        HoldsCommand::cells,
                        "Nobody holds a release."));
    }

    private Answer broken(Holdfast holdfast, HoldReport report, String holder) {
        List<ReaderHold> its = report.holds().stream()
                .filter(hold -> hold.holder().equals(holder))
                .toList();
        if (its.isEmpty()) {
            return SaidAnswer.noSuchThing("'" + holder + "' holds nothing in workspace " + workspace);
        }
        long ended =
                its.stream().filter(hold -> holdfast.breakHold(hold, actor())).count();
        return SaidAnswer.done(
                Json.object().put("holder", holder).put("ended", ended),
                Words.count(ended, "hold") + " of '" + holder + "' ended");
    }

    private static String[] cells(ReaderHold hold, Ages ages) {
        return new String[] {
            hold.key().toString(),
            hold.stamp().value(),
            hold.holder(),
            hold.since().map(ages::ago).orElse(Words.NOTHING),
            hold.renewed().toSeconds() + "s ago"
        };
    }
}
