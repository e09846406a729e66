package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a receiver be told again. */
@Command(
        name = "resume",
        description = "Tell a receiver again that has said it is gone, or at once; takes note of lost events.")
final class ResumeWebhookCommand extends HostCommand {

    @Parameters(paramLabel = "NAME", description = "The webhook, as 'webhooks list' names it.")
    private String name = "";

    ResumeWebhookCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return host.holdfast().webhooks().resume(name, actor())
                ? SaidAnswer.done(Json.object().put("name", name).put("resumed", true), name + " is told again")
                : SaidAnswer.noSuchThing(
                        "no webhook '" + name + "' was ever told something; see 'holdfast webhooks list'");
    }
}
