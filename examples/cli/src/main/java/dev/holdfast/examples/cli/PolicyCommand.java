package dev.holdfast.examples.cli;

import dev.holdfast.spi.UpdatePolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says who decides on the updates of a plugin. */
@Command(name = "policy", description = "Say who decides on the updates of a plugin, and when.")
final class PolicyCommand extends HostCommand {

    @Mixin
    private final PluginOptions plugin = new PluginOptions();

    @Parameters(
            paramLabel = "POLICY",
            description = "manual, or auto:patch, auto:minor, auto:any, with '; cooldown PT24H' and"
                    + " '; window sat,sun 02:00 PT3H Europe/Vienna' if wanted.")
    private UpdatePolicy policy = UpdatePolicy.manual();

    PolicyCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        host.holdfast().setPolicy(plugin.key(), policy, actor());
        return new ExplainAnswer(policy, host.holdfast().explain(plugin.key()));
    }
}
