package dev.holdfast.examples.onefile;

import dev.holdfast.InstallRequest;
import dev.holdfast.spi.*;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.*;
import dev.holdfast.testkit.*;
import java.util.*;
import java.util.stream.Collectors;

/** Delivers from a source of its own: {@code shelf://name} is one plugin with numbered versions, kept in a map. */
public final class CustomSource implements SourceResolver {
    private final TreeMap<String, Map<String, String>> versions = new TreeMap<>();

    /** Takes no arguments. */
    public static void main(String... args) {
        var shelf = new CustomSource();
        try (var test = TestHoldfast.create("github", builder -> builder.resolver(shelf))) {
            var holdfast = test.holdfast();
            shelf.versions.put("%040x".formatted(1), Map.of("SKILL.md", "Say hello."));
            var target = TargetAddress.parse("dir:///srv/plugins");
            holdfast.install(InstallRequest.of(WorkspaceId.of("ws-42"), Source.parse("shelf://greeter"), target));
            shelf.versions.put("%040x".formatted(2), Map.of("SKILL.md", "Say good morning."));
            System.out.println("Installed version 1\nQueued: " + test.sweep().queued());
            Update update = holdfast.updates().pending().findFirst().orElseThrow();
            holdfast.updates().apply(update.id(), update.to(), "alice");
            System.out.println("Installed was " + update.from() + "\nWaiting was " + update.to() + "\nApplied");
        }
    }

    @Override
    public Set<String> schemes() {
        return Set.of("shelf");
    }

    @Override
    public Upstream upstream(Source source) {
        return new Upstream("shelf", source.location(), "local");
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        return refs.stream().collect(Collectors.toMap(ref -> ref, this::standing));
    }

    /** It has no tags, and the one ref that it has is its newest version. */
    private Resolution standing(TrackedRef ref) {
        boolean amongTags = ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange;
        Resolution other = amongTags ? new Resolution.Tags(Map.of()) : Resolution.absent();
        return ref.equals(TrackedRef.ref("HEAD")) ? Resolution.found(Revision.of(versions.lastKey())) : other;
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        if (!versions.containsKey(revision.value())) {
            throw new PermanentException(Reason.REVISION_NOT_FOUND, source + " has no revision " + revision);
        }
        return new MemoryBundle(versions.get(revision.value()), deadline);
    }
}
