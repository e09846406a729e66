package dev.holdfast.examples.cli;

import dev.holdfast.fleet.Rollouts;
import dev.holdfast.images.ImageWatcher;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Commands about many installs at one time, in groups: {@code rollout pause 7}. */
final class FleetCommands {

    private FleetCommands() {}

    static List<CommandLine> groups(Cli cli) {
        return List.of(sources(cli), quarantine(cli), rollout(cli), images(cli), containers(cli), webhooks(cli));
    }

    private static CommandLine sources(Cli cli) {
        CommandLine group = group("sources", "List upstreams, suspend and resume them.");
        group.addSubcommand(new SourcesCommand(cli));
        add(group, "suspend", "Stop an upstream from being asked, on all nodes.", new AskSourceCommand(cli, true));
        add(group, "resume", "Let a suspended upstream be asked again.", new AskSourceCommand(cli, false));
        return group;
    }

    private static CommandLine quarantine(Cli cli) {
        CommandLine group = group("quarantine", "Forbid revisions and sources, and end that.");
        group.addSubcommand(new QuarantinesCommand(cli));
        group.addSubcommand(new DeclareCommand(cli));
        group.addSubcommand(new LiftCommand(cli));
        group.addSubcommand(new RollBackCommand(cli));
        return group;
    }

    private static CommandLine images(Cli cli) {
        CommandLine group = group("images", "List images that containers run, refresh and pull them.");
        group.addSubcommand(new ImagesCommand(cli));
        add(
                group,
                "refresh",
                "Replace the containers of images whose tags have moved, whatever policies say.",
                new ActOnImagesCommand(cli, ImageWatcher::refresh));
        add(
                group,
                "pull",
                "Pull what tags name now, and replace no container.",
                new ActOnImagesCommand(cli, ImageWatcher::pull));
        return group;
    }

    private static CommandLine containers(Cli cli) {
        CommandLine group = group("containers", "List the containers that hosts have indexed.");
        group.addSubcommand(new ContainersCommand(cli));
        return group;
    }

    private static CommandLine webhooks(Cli cli) {
        CommandLine group = group("webhooks", "List who is told what happens, and tell them again.");
        group.addSubcommand(new WebhooksCommand(cli));
        group.addSubcommand(new ResumeWebhookCommand(cli));
        return group;
    }

    private static CommandLine rollout(Cli cli) {
        CommandLine group = group("rollout", "Roll a revision out ring by ring, and watch it.");
        group.addSubcommand(new RolloutsCommand(cli));
        group.addSubcommand(new MembersCommand(cli));
        group.addSubcommand(new PlanCommand(cli));
        group.addSubcommand(new StartRolloutCommand(cli));
        add(group, "pause", "Let no more members begin.", new SteerCommand(cli, Rollouts::pause));
        add(group, "resume", "Go on with a paused rollout.", new SteerCommand(cli, Rollouts::resume));
        add(group, "stop", "End a rollout where it stands.", new SteerCommand(cli, Rollouts::stop));
        add(group, "next", "Open the next ring now.", new SteerCommand(cli, Rollouts::nextRing));
        return group;
    }

    private static CommandLine group(String name, String description) {
        CommandSpec spec = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
        spec.usageMessage().description(description).synopsisSubcommandLabel("COMMAND");
        return new CommandLine(spec);
    }

    private static void add(CommandLine group, String name, String description, HostCommand command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().usageMessage().description(description);
        group.addSubcommand(name, line);
    }
}
