package dev.holdfast.examples.cli;

import dev.holdfast.spi.Stamp;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes an earlier release live again, without the source. */
@Command(
        name = "rollback",
        description = "Return to the release that was live before, or to a chosen one, without the source.")
final class RollbackCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    @Option(names = "--to", paramLabel = "STAMP", description = "The release, as 'releases' lists it.")
    private @Nullable String stamp;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the audit; with --to.")
    private String note = "";

    RollbackCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new ChangeAnswer(
                stamp == null
                        ? host.holdfast().rollback(plugin.key(), actor())
                        : host.holdfast().rollback(plugin.key(), new Stamp(stamp), actor(), note));
    }
}
