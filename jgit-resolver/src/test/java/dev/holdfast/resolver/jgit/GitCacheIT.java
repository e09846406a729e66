package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.delivery.Bundle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is kept on disk between fetches, counted by the requests that a real server gets. */
final class GitCacheIT extends AgainstGitServer {

    private static final int WORKSPACES = 200;
    private static final int THREADS = 16;
    private static final Revision NONE = Revision.of("0".repeat(40));

    @Test
    void asksNobodyForARevisionThatItHas() {
        Revision revision = repository.commit(Map.of("a", "1"));
        content(revision);
        server.forgetRequests();

        assertThat(content(revision)).isEqualTo(Map.of("a", "1"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void hasItStillAfterARestart() {
        Revision revision = repository.commit(Map.of("a", "1"));
        content(revision);
        server.close();

        try (JGitResolver restarted = builder().build()) {
            assertThat(content(restarted, repository.source(), revision)).isEqualTo(Map.of("a", "1"));
        }
    }

    @Test
    void fetchesOneRevisionOnceForTwoHundredWorkspaces() throws Exception {
        Revision revision = repository.commit(Map.of("a", "1", "b/c", "2"));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Map<String, String>>> running = new ArrayList<>();
            for (int i = 0; i < WORKSPACES; i++) {
                running.add(threads.submit(() -> content(revision)));
            }
            for (Future<Map<String, String>> one : running) {
                assertThat(one.get()).isEqualTo(Map.of("a", "1", "b/c", "2"));
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(server.requests()).filteredOn(r -> r.startsWith("GET")).hasSize(1);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void fetchesOnlyTheFilesBelowASubdirectory() throws IOException {
        Revision revision = repository.commit(
                Map.of("big", noise(3_000_000), "plugins/greeter/a", "1", "plugins/greeter/b/c", "2"));

        assertThat(content(resolver, below("plugins/greeter"), revision)).isEqualTo(Map.of("a", "1", "b/c", "2"));
        assertThat(Trees.size(cache())).isLessThan(200_000);
    }

    @Test
    void fetchesTheRestWhenTheWholeTreeIsWantedLater() {
        Map<String, String> files = Map.of("big", noise(100_000), "sub/a", "1");
        Revision revision = repository.commit(files);
        content(resolver, below("sub"), revision);

        assertThat(content(revision)).isEqualTo(files);
    }

    @Test
    void fetchesOnlyWhatIsNewInTheNextRevision() throws IOException {
        String big = noise(3_000_000);
        content(repository.commit(Map.of("big", big, "a", "1")));
        long before = Trees.size(cache());

        Revision second = repository.commit(Map.of("big", big, "a", "2"));

        assertThat(content(second)).containsEntry("a", "2").containsEntry("big", big);
        assertThat(Trees.size(cache()) - before).isLessThan(200_000);
    }

    @Test
    void managesWithAServerThatCannotLeaveOutFiles() {
        repository.git("config", "uploadpack.allowFilter", "false");
        Revision first = repository.commit(Map.of("big", noise(100_000), "sub/a", "1"));
        assertThat(content(resolver, below("sub"), first)).isEqualTo(Map.of("a", "1"));

        Revision second = repository.commit(Map.of("sub/a", "2"));
        assertThat(content(second)).isEqualTo(Map.of("sub/a", "2"));
    }

    @Test
    void stopsAFetchAtItsLimitInsteadOfFillingTheDisk() throws IOException {
        resolver = builder().fetchLimit(1024 * 1024).build();
        Revision revision = repository.commit(Map.of("big", noise(6_000_000)));

        assertThatThrownBy(() -> content(revision))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
        assertThat(Trees.size(cache())).isLessThan(200_000);
    }

    @Test
    void dropsADamagedCopyAndFetchesAgain() throws IOException {
        Map<String, String> files = Map.of("a", noise(50_000));
        Revision revision = repository.commit(files);
        content(revision);
        for (Path pack : packs()) {
            pack.toFile().setWritable(true);
            try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
                file.seek(file.length() / 2);
                file.write(new byte[100]);
            }
        }

        try (JGitResolver restarted = builder().build()) {
            assertThat(content(restarted, repository.source(), revision)).isEqualTo(files);
        }
    }

    @Test
    void dropsACopyWhosePackWasCutOff() throws IOException {
        Map<String, String> files = Map.of("a", noise(50_000));
        Revision revision = repository.commit(files);
        content(revision);
        for (Path pack : packs()) {
            pack.toFile().setWritable(true);
            try (FileChannel channel = FileChannel.open(pack, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
        }

        try (JGitResolver restarted = builder().build()) {
            assertThat(content(restarted, repository.source(), revision)).isEqualTo(files);
        }
    }

    @Test
    void mendsACopyThatBreaksWhileItRuns() throws IOException {
        Map<String, String> files = Map.of("a", noise(50_000));
        Revision revision = repository.commit(files);
        content(revision);
        for (Path pack : packs()) {
            Files.delete(pack);
        }

        assertThat(content(revision)).isEqualTo(files);
    }

    @Test
    void clearsAwayWhatACrashedFetchLeft() throws IOException {
        content(repository.commit(Map.of("a", "1")));
        Path copy = copies().get(0);
        Path half = Files.writeString(copy.resolve("objects/incoming_123.pack"), "PACK");
        Path lock = Files.writeString(copy.resolve("shallow.lock"), "");
        Path trash = thrownAway();

        Revision second = repository.commit(Map.of("a", "2"));
        try (JGitResolver restarted = builder().build()) {
            assertThat(content(restarted, repository.source(), second)).isEqualTo(Map.of("a", "2"));
            assertThat(List.of(half, lock)).noneMatch(Files::exists);
            await("what was thrown away is gone", () -> Files.notExists(trash));
        }
    }

    @Test
    void startsAfreshWhenACrashLeftHalfARepository() throws IOException {
        Revision revision = repository.commit(Map.of("a", "1"));
        content(revision);
        Path copy = copies().get(0);
        Trees.delete(copy);
        Files.createDirectories(copy.resolve("objects"));

        assertThat(content(revision)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void dropsFirstWhatWasUsedLongestAgo() throws IOException {
        resolver = builder().cacheLimit(2_000_000).build();
        Map<String, Revision> revisions = new TreeMap<>();
        for (String name : List.of("one", "two", "three")) {
            GitRepository other = server.repository("acme/" + name);
            revisions.put(name, other.commit(Map.of("a", noise(1_000_000))));
            content(resolver, other.source(), revisions.getOrDefault(name, NONE));
        }
        await("one is dropped", () -> copies().size() == 2);
        server.forgetRequests();

        content(resolver, source("three"), revisions.getOrDefault("three", NONE));
        content(resolver, source("two"), revisions.getOrDefault("two", NONE));
        assertThat(server.requests()).isEmpty();
        content(resolver, source("one"), revisions.getOrDefault("one", NONE));
        assertThat(server.requests()).isNotEmpty();
    }

    @Test
    void neverDropsWhatSomebodyIsReading() throws IOException {
        resolver = builder().cacheLimit(1024 * 1024).build();
        String big = noise(1_500_000);
        Revision revision = repository.commit(Map.of("a", big));

        try (Bundle bundle = resolver.fetch(repository.source(), revision, plenty())) {
            GitRepository other = server.repository("acme/other");
            content(resolver, other.source(), other.commit(Map.of("a", noise(1_500_000))));

            assertThat(BundleContent.of(bundle)).isEqualTo(Map.of("a", big));
        }
    }

    @Test
    void waitsForAnotherProcessThatFetchesButNotBeyondTheDeadline() throws IOException {
        content(repository.commit(Map.of("a", "1")));
        Revision second = repository.commit(Map.of("a", "2"));
        Path lockFile;
        try (Stream<Path> locks = Files.list(cache().resolve("locks"))) {
            lockFile = locks.filter(path -> path.toString().endsWith(".fetch"))
                    .findFirst()
                    .orElseThrow();
        }

        Process other = lockedBy(lockFile);
        try {
            assertThatThrownBy(
                            () -> resolver.fetch(repository.source(), second, Deadline.after(Duration.ofMillis(200))))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));
        } finally {
            other.destroy();
        }
        assertThat(content(second)).isEqualTo(Map.of("a", "2"));
    }

    /** Starts a process that holds the lock until it is ended. */
    private static Process lockedBy(Path file) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Locker.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.getInputStream().read()).isEqualTo('L');
        return process;
    }

    /** The other process. */
    static final class Locker {

        private Locker() {}

        /** Locks the file it is given, says so, and waits. */
        @SuppressWarnings("SystemOut")
        public static void main(String[] args) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                System.out.println("L" + lock.isValid());
                System.in.read();
            }
        }
    }

    private Source source(String name) {
        return Source.parse("git+http://" + server.host() + "/acme/" + name + ".git");
    }

    private List<Path> copies() {
        try (Stream<Path> children = Files.list(cache())) {
            return children.filter(path -> path.toString().endsWith(".git")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a fetch had moved aside when it died, put there in one step: housekeeping may see it at once. */
    private Path thrownAway() throws IOException {
        Path made = Files.createDirectory(cache().resolve("made-elsewhere"));
        Files.writeString(made.resolve("x"), "x");
        return Files.move(made, cache().resolve("trash-1"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Waits for what happens in the background. */
    private static void await(String what, BooleanSupplier condition) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(patience);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private List<Path> packs() throws IOException {
        List<Path> packs = PackChecks.packs(copies().get(0));
        assertThat(packs).isNotEmpty();
        return packs;
    }

    /** Text that does not compress to much less than its length. */
    private static String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        new Random(length).ints(length, 0x21, 0x7e).forEach(c -> text.append((char) c));
        return text.toString();
    }
}
