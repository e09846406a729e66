package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Lists the receivers of webhooks that hosts on the same records tell. */
@Command(name = "list", description = "List who is told what happens, and how far each has come.")
final class WebhooksCommand extends HostCommand {

    WebhooksCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new RowsAnswer<>(
                new Page<>(host.holdfast().webhooks().list(), Optional.empty()),
                WebhooksCommand::form,
                Table.of("WEBHOOK", "EVENTS", "WAITING", "LOST", "TAKEN", "WHY"),
                WebhooksCommand::cells,
                "No webhook was ever told something.");
    }

    private static ObjectNode form(WebhookStatus webhook) {
        ObjectNode form = Json.object().put("name", webhook.name());
        webhook.events().forEach(form.putArray("events")::add);
        return form.put("waiting", webhook.waiting())
                .put("lost", webhook.lost())
                .put("failures", webhook.failures())
                .put("lastError", webhook.lastError().orElse(null))
                .put(
                        "failingSince",
                        webhook.failingSince().map(Instant::toString).orElse(null))
                .put("deliveredAt", webhook.deliveredAt().map(Instant::toString).orElse(null))
                .put("dueAt", webhook.dueAt().toString())
                .put("suspended", webhook.suspended().orElse(null));
    }

    private static String[] cells(WebhookStatus webhook, Ages ages) {
        return new String[] {
            webhook.name(),
            webhook.events().isEmpty() ? Words.NOTHING : String.join(",", webhook.events()),
            Long.toString(webhook.waiting()),
            Long.toString(webhook.lost()),
            webhook.deliveredAt().map(ages::ago).orElse(Words.NOTHING),
            webhook.suspended()
                    .map(why -> "suspended: " + why)
                    .or(webhook::lastError)
                    .orElse(Words.NOTHING)
        };
    }
}
