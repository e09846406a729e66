package dev.holdfast.store.memory;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutPlan;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What is said about many installs at one time. All of it needs the lock of {@link InMemoryTables}. */
final class InMemoryFleetRows {

    final Map<WorkspaceId, Labels> workspaceLabels = new HashMap<>();
    final Map<InstallKey, Labels> installLabels = new HashMap<>();
    final NavigableMap<Long, Quarantine> quarantines = new TreeMap<>();
    final NavigableMap<String, RolloutPlan> plans = new TreeMap<>();

    /** Rollouts; the counts of their rings are those of the members, not the rows'. */
    final NavigableMap<Long, Rollout> rollouts = new TreeMap<>();

    final Map<Long, Map<InstallKey, RolloutMember>> members = new HashMap<>();

    /** Returns the labels that count for an install. */
    Labels labels(InstallKey key) {
        return Labels.over(
                workspaceLabels.getOrDefault(key.workspace(), Labels.none()),
                installLabels.getOrDefault(key, Labels.none()));
    }

    Map<InstallKey, RolloutMember> membersOf(long rollout) {
        return members.computeIfAbsent(rollout, id -> new TreeMap<>(Comparator.comparing(InstallKey::toString)));
    }
}
