package dev.holdfast.examples.onefile;

import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.MemoryBundle;
import dev.holdfast.testkit.TestHoldfast;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Delivers from a source of its own: {@code shelf://name} is one plugin with numbered versions, kept in a map. */
public final class CustomSource implements SourceResolver {

    private final TreeMap<String, Map<String, String>> versions = new TreeMap<>();

    /** Takes no arguments. */
    public static void main(String... args) {
        CustomSource shelf = new CustomSource();
        try (TestHoldfast test = TestHoldfast.create("github", builder -> builder.resolver(shelf))) {
            Source source = Source.parse("shelf://greeter");
            shelf.versions.put("%040x".formatted(1), Map.of("SKILL.md", "Say hello."));
            test.holdfast()
                    .install(InstallRequest.of(
                            WorkspaceId.of("ws-42"), source, TargetAddress.parse("dir:///srv/plugins")));
            System.out.println("Installed version 1");
            shelf.versions.put("%040x".formatted(2), Map.of("SKILL.md", "Say good morning."));
            System.out.println("Queued: "
                    + test.holdfast().sweeper().check(source).orElseThrow().queued());
            for (Update update : test.holdfast().updates().pending().toList()) {
                System.out.println("Installed is " + update.from());
                System.out.println("Waiting is " + update.to());
                System.out.println(test.holdfast()
                        .updates()
                        .apply(update.id(), update.to(), "alice")
                        .getClass()
                        .getSimpleName());
            }
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
        if (ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange) {
            return new Resolution.Tags(Map.of());
        }
        return ref.equals(TrackedRef.ref("HEAD"))
                ? Resolution.found(Revision.of(versions.lastKey()))
                : Resolution.absent();
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        Map<String, String> files = versions.get(revision.value());
        if (files == null) {
            throw new PermanentException(Reason.REVISION_NOT_FOUND, source + " has no revision " + revision);
        }
        return new MemoryBundle(files, deadline);
    }
}
