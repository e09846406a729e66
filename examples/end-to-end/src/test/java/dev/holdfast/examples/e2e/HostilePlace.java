package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.Verification;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place that hostile sources are installed into: one good plugin is live, and a canary stands beside it. Whatever
 * comes must be refused with its own reason, within the caps, and leave everything as it was.
 */
final class HostilePlace implements AutoCloseable {

    static final BundleLimits LIMITS = new BundleLimits(2_000, 8 << 20, 4 << 20, 64, 1024);

    private static final WorkspaceId WS = WorkspaceId.of("ws-42");
    private static final PluginName GREETER = PluginName.of("greeter");
    private static final PluginName VICTIM = PluginName.of("victim");

    private final Path directory;
    private final Path outside;
    private final Path plugins;
    private final MutableClock clock = MutableClock.create();
    private final ScriptedResolver good = ScriptedResolver.forScheme("good");
    private final LyingResolver lying = new LyingResolver();
    private final JGitResolver git;
    private final Holdfast holdfast;

    HostilePlace(Path directory) {
        this(directory, "127.0.0.1");
    }

    /** Creates a place that also takes git from a server without TLS. */
    HostilePlace(Path directory, String gitHost) {
        this.directory = directory;
        this.outside = directory.resolve("outside");
        this.plugins = directory.resolve("place/plugins");
        this.git = JGitResolver.builder(directory.resolve("cache"))
                .allowFiles(directory)
                .allowHttp(gitHost)
                .build();
        this.holdfast = Holdfast.builder()
                .resolver(good)
                .resolver(lying)
                .resolver(git)
                .resolver(LocalResolver.over(local()).limits(LIMITS))
                .target(DirectoryTarget.create().durable(false))
                .store(InMemoryTrackingStore.create(clock))
                .clock(clock)
                .limits(LIMITS)
                .timings(Timings.standard().operation(Duration.ofSeconds(90)).resolve(Duration.ofSeconds(60)))
                .build();
        plant();
    }

    private void plant() {
        try {
            Files.createDirectories(outside.resolve("directory"));
            Files.createDirectories(local());
            Files.writeString(outside.resolve("canary"), "alive");
            Files.writeString(outside.resolve("directory/canary"), "alive");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        good.commit("greeter", Map.of("SKILL.md", "good", "bin/run*", "#!/bin/sh\n"));
        install(Source.parse("good://greeter"), GREETER);
    }

    /** Where local plugins are looked for. */
    Path local() {
        return directory.resolve("local");
    }

    /** Where a repository may be made. */
    Path repository() {
        return directory.resolve("hostile.git");
    }

    /** A directory with a canary, which no plugin may read or write. */
    Path outside() {
        return outside;
    }

    LyingResolver lying() {
        return lying;
    }

    /** Where a plugin that was delivered can be read. */
    Path delivered() {
        return plugins.resolve(VICTIM.value());
    }

    void deliver(Source source) {
        install(source, VICTIM);
        assertThat(holdfast.verify(new InstallKey(WS, VICTIM))).isEqualTo(new Verification.Intact());
    }

    /** The source is refused for a first install and for one over a good plugin, and both leave no trace. */
    void assertRefused(Source source, Reason reason, String says) {
        SortedMap<String, String> before = everything();
        Install recorded = holdfast.find(new InstallKey(WS, GREETER)).orElseThrow();

        for (PluginName name : List.of(VICTIM, GREETER)) {
            @Nullable Throwable refusal = catchThrowable(() -> install(source, name));

            assertThat(refusal)
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
            assertThat(refusal).hasMessageContaining(says);
            assertThat(String.valueOf(refusal.getMessage())).matches("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,2000}");
            assertThat(everything()).isEqualTo(before);
        }
        assertThat(holdfast.find(new InstallKey(WS, GREETER))).contains(recorded);
        assertThat(holdfast.verify(new InstallKey(WS, GREETER))).isEqualTo(new Verification.Intact());
        assertThat(holdfast.find(new InstallKey(WS, VICTIM))).isEmpty();
        assertThat(holdfast.recover().items()).as("operations left open").isEmpty();
    }

    private void install(Source source, PluginName name) {
        clock.advance(Duration.ofMillis(1));
        AtomicLong entries = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        InstallRequest request = InstallRequest.of(WS, source, TargetAddress.parse("dir://" + plugins))
                .as(name)
                .replacingSource()
                .progress((entry, written) -> {
                    entries.set(entry);
                    bytes.set(written);
                });
        try {
            holdfast.install(request);
        } finally {
            assertThat(entries.get()).isLessThanOrEqualTo(LIMITS.entries() + 1L);
            assertThat(bytes.get()).isLessThan(LIMITS.totalBytes() + (1 << 20));
        }
    }

    /** All that stands in the place and outside, but for the fences, which count every attempt. */
    private SortedMap<String, String> everything() {
        SortedMap<String, String> found = new TreeMap<>();
        for (Path top : List.of(outside, directory.resolve("place"))) {
            try (Stream<Path> all = Files.walk(top)) {
                all.filter(path -> !own(path)).forEach(path -> found.put(path.toString(), described(path)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    /** Empty folders and fences of Holdfast's own. */
    private boolean own(Path path) {
        if (!path.startsWith(plugins) || path.equals(plugins)) {
            return false;
        }
        String first = plugins.relativize(path).getName(0).toString();
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        return first.equals(".fence") || (folder && first.startsWith("."));
    }

    private static String described(Path path) {
        try {
            if (Files.isSymbolicLink(path)) {
                return "link to " + Files.readSymbolicLink(path);
            }
            return Files.isRegularFile(path)
                    ? "file of " + Files.getLastModifiedTime(path) + ": " + Files.readString(path)
                    : "directory";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        holdfast.close();
        git.close();
    }
}
