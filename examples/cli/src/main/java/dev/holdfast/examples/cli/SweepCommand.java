package dev.holdfast.examples.cli;

import dev.holdfast.SweepReport;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks whether upstream has moved. */
@Command(name = "sweep", description = "Ask all upstreams whether they have moved, and queue what has.")
final class SweepCommand extends HostCommand {

    @Option(names = "--due", description = "Ask only those that are due, as a job that runs every few minutes would.")
    private boolean due;

    SweepCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        List<SweepReport> reports = due ? List.of(host.holdfast().sweeper().sweep()) : askAll(host);
        return new SweepAnswer(reports, host.told());
    }

    private List<SweepReport> askAll(Host host) {
        List<Upstream> upstreams = Pages.all(host.holdfast()::upstreams)
                .map(UpstreamStatus::upstream)
                .toList();
        List<SweepReport> reports = new ArrayList<>();
        try (DeliveryBar bar = DeliveryBar.counting(
                console(), "asking " + Words.count(upstreams.size(), "upstream"), upstreams.size())) {
            for (Upstream upstream : upstreams) {
                host.holdfast().sweeper().check(upstream).ifPresent(reports::add);
                bar.advanced(reports.size(), 0);
            }
        }
        return reports;
    }
}
