package dev.holdfast.examples.cli;

import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops an upstream from being asked, or lets it be asked again. */
@Command
final class AskSourceCommand extends HostCommand {

    @Parameters(paramLabel = "UPSTREAM", description = "The upstream, as 'sources list' names it.")
    private String key = "";

    @Option(names = "--note", paramLabel = "TEXT", description = "Why; needed to suspend one.")
    private String note = "";

    private final boolean suspends;

    AskSourceCommand(Cli cli, boolean suspends) {
        super(cli);
        this.suspends = suspends;
    }

    @Override
    Answer answer(Host host) {
        Optional<Upstream> upstream = Pages.all(host.holdfast()::upstreams)
                .map(UpstreamStatus::upstream)
                .filter(known -> known.key().equals(key))
                .findFirst();
        if (upstream.isEmpty()) {
            return SaidAnswer.noSuchThing("no install follows an upstream '" + key + "'; see 'holdfast sources list'");
        }
        boolean changed = suspends
                ? host.holdfast().sweeper().suspend(upstream.get(), actor(), note)
                : host.holdfast().sweeper().resume(upstream.get(), actor());
        String now = suspends ? " is suspended: nobody asks it" : changed ? " is asked again" : " was not suspended";
        return SaidAnswer.done(Json.object().put("upstream", key).put("changed", changed), key + now);
    }
}
