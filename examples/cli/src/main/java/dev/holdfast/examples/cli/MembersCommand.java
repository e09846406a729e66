package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists what happened to each install of a rollout. */
@Command(name = "members", description = "List what happened to each install of a rollout.")
final class MembersCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The rollout, as 'rollout list' shows it.")
    private long id;

    @Mixin
    private final PageOptions page = new PageOptions();

    MembersCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        if (host.holdfast().rollouts().find(id).isEmpty()) {
            return SaidAnswer.noSuchThing("there is no rollout " + id);
        }
        return new RowsAnswer<>(
                host.holdfast().rollouts().members(id, page.request()),
                FleetForms::member,
                Table.of("PLUGIN", "RING", "STATE", "SINCE"),
                (member, ages) -> new String[] {
                    member.key().toString(),
                    Integer.toString(member.ring() + 1),
                    Json.word(member.state()),
                    ages.ago(member.changedAt())
                },
                "Nobody is in it.");
    }
}
