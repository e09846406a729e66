package dev.holdfast.examples.cli;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares what is recorded with what is on the targets. */
@Command(name = "status", description = "Compare what is recorded with what is on the targets now.")
final class StatusCommand extends HostCommand {

    @Mixin
    private final FilterOptions filter = new FilterOptions();

    StatusCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Holdfast holdfast = host.holdfast();
        List<Install> installs =
                Pages.all(holdfast::installs).filter(filter::matches).toList();
        List<StatusAnswer.Line> lines = new ArrayList<>();
        try (DeliveryBar bar = DeliveryBar.counting(
                console(), "looking at " + Words.count(installs.size(), "install"), installs.size())) {
            for (Install install : installs) {
                lines.add(new StatusAnswer.Line(
                        install, look(holdfast, install), holdfast.trust().verified(install)));
                bar.advanced(lines.size(), 0);
            }
        }
        return new StatusAnswer(
                lines,
                Pages.all(holdfast::upstreams).toList(),
                holdfast.updates().pending().toList());
    }

    /** One target that cannot be reached keeps no other from being looked at. */
    private static StatusAnswer.Look look(Holdfast holdfast, Install install) {
        try {
            return new StatusAnswer.Look.Seen(holdfast.placement(install.key()));
        } catch (HoldfastException e) {
            return new StatusAnswer.Look.Failed(Failure.of(e));
        }
    }
}
