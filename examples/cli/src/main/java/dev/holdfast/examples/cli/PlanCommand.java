package dev.holdfast.examples.cli;

import dev.holdfast.spi.fleet.RolloutPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Names a way through the fleet. */
@Command(
        name = "plan",
        description = "Set a plan, such as: plan careful 'ring 5% soak PT1H; ring rest; halt 20%% of 5'.")
final class PlanCommand extends HostCommand {

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "Its name, as policies give it: 'auto:any; plan careful'.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "PLAN", description = "Its rings and its rule when to halt.")
    private String plan = "";

    PlanCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        RolloutPlan parsed = RolloutPlan.parse(plan);
        host.holdfast().rollouts().setPlan(name, parsed, actor());
        return SaidAnswer.done(
                Json.object().put("name", name).put("plan", parsed.toString()), "plan " + name + ": " + parsed);
    }
}
