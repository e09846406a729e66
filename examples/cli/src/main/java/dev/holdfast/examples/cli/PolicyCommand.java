package dev.holdfast.examples.cli;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says who decides on the updates of a plugin. */
@Command(name = "policy", description = "Say who decides on the updates of a plugin, and when.")
final class PolicyCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "PLUGIN", description = "The plugin.")
    private PluginName plugin = PluginName.of("unset");

    @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace. Default: ${DEFAULT-VALUE}")
    private WorkspaceId workspace = WorkspaceId.of("default");

    @Parameters(
            index = "1",
            paramLabel = "POLICY",
            description =
                    "manual, or auto:patch, auto:minor, auto:any; then, if wanted, '; cooldown PT24H', '; plan NAME',"
                            + " '; repair', '; window sat,sun 02:00 PT3H Europe/Vienna'.")
    private UpdatePolicy policy = UpdatePolicy.manual();

    PolicyCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        InstallKey key = new InstallKey(workspace, plugin);
        host.holdfast().setPolicy(key, policy, actor());
        return new ExplainAnswer(policy, host.holdfast().explain(key));
    }
}
