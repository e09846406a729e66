package dev.holdfast.examples.cli;

import dev.holdfast.RetainedRelease;
import dev.holdfast.spi.store.Page;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what can be rolled back to. */
@Command(
        name = "releases",
        description = "List the releases of a plugin that are on its target: what can be rolled back to.")
final class ReleasesCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    ReleasesCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new RowsAnswer<>(
                new Page<>(host.holdfast().releases(plugin.key()), Optional.empty()),
                release -> Json.release(release.release())
                        .put("deliveredAt", release.deliveredAt().toString())
                        .put("live", release.live())
                        .put("bad", release.bad()),
                Table.of("STAMP", "REVISION", "DELIVERED", "IS"),
                ReleasesCommand::cells,
                "No complete release is on the target.");
    }

    private static String[] cells(RetainedRelease release, Ages ages) {
        return new String[] {
            release.release().stamp().value(),
            Words.named(release.release()),
            ages.ago(release.deliveredAt()),
            release.live() ? "live" : release.bad() ? "bad" : Words.NOTHING
        };
    }
}
