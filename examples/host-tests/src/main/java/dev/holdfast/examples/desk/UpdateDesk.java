package dev.holdfast.examples.desk;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A host's own class: sells plugins, and has a rule of its own for what an operator is bothered with. */
public final class UpdateDesk {

    private final Holdfast holdfast;
    private final Clock clock;
    private final Duration patience;

    /** Creates the desk; updates that wait for longer than {@code patience} are overdue. */
    public UpdateDesk(Holdfast holdfast, Clock clock, Duration patience) {
        this.holdfast = holdfast;
        this.clock = clock;
        this.patience = patience;
    }

    /** Installs a plugin of the shop at a version, and follows its releases. */
    public void sell(String workspace, String plugin, String version) {
        holdfast.install(InstallRequest.of(
                        WorkspaceId.of(workspace),
                        Source.parse("github://shop/" + plugin + "#tag:" + version),
                        TargetAddress.parse("docker://" + workspace + "/configs/plugins"))
                .track(TrackedRef.latestTag()));
    }

    /** Says which plugins have waited too long for a decision, as {@code workspace/plugin}. */
    public List<String> overdue() {
        Instant limit = clock.instant().minus(patience);
        return holdfast.updates()
                .pending()
                .filter(update -> update.seenAt().isBefore(limit))
                .map(UpdateDesk::name)
                .toList();
    }

    /** Applies all that waits, and says what did not work. */
    public List<String> approveAll(String operator) {
        List<String> problems = new ArrayList<>();
        for (Update update : holdfast.updates().pending().toList()) {
            ApplyResult result = holdfast.updates().apply(update.id(), update.to(), operator);
            if (!(result instanceof ApplyResult.Applied)) {
                problems.add(name(update) + ": " + result);
            }
        }
        return problems;
    }

    private static String name(Update update) {
        return update.subject() instanceof PluginSubject plugin
                ? plugin.key().toString()
                : update.subject().toString();
    }
}
