package dev.holdfast.contracts.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalResolverTest extends SourceResolverContract {

    private static final Source GREETER = Source.parse("greeter");

    @TempDir
    Path root;

    private SourceResolver resolver = LocalResolver.over(Path.of("."));
    private SourceFixture fixture = new LocalDirectory(Path.of("."));

    @BeforeEach
    void setUp() {
        resolver = LocalResolver.over(root);
        fixture = new LocalDirectory(root.resolve("greeter"));
    }

    @Override
    protected SourceResolver resolver() {
        return resolver;
    }

    @Override
    protected SourceFixture fixture() {
        return fixture;
    }

    @Override
    protected Source missing() {
        return Source.parse("missing");
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("sha256:" + "f".repeat(64));
    }

    @Test
    void saysThatAnEarlierContentIsGone() {
        Revision first = fixture.commit(Map.of("a", "1"));
        fixture.commit(Map.of("a", "2"));

        assertThatThrownBy(() -> content(first))
                .hasMessageContaining("local sources keep only their current content")
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVISION_NOT_FOUND));
    }

    @Test
    void givesDifferentRevisionsToTreesThatLookAlikeWithoutFraming() {
        Revision one = fixture.commit(Map.of("ab", "c"));
        Revision two = fixture.commit(Map.of("a", "bc"));
        Revision three = fixture.commit(Map.of("a*", "bc"));
        Revision four = fixture.commit(Map.of("a", "->bc"));

        assertThat(Set.of(one, two, three, four)).hasSize(4);
        assertThat(fixture.commit(Map.of("ab", "c"))).isEqualTo(one);
    }

    @Test
    void neverFollowsALinkInsideTheTree() throws IOException {
        fixture.commit(Map.of("a", "1"));
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "s3cret");
        Files.createSymbolicLink(root.resolve("greeter/leak"), outside);

        assertThat(content(current())).isEqualTo(Map.of("a", "1", "leak", "-> " + outside));
    }

    @Test
    void refusesADirectoryThatIsALink() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.createSymbolicLink(root.resolve("greeter"), outside);

        assertThatThrownBy(this::current).hasMessageContaining("symbolic link, which is never followed");
    }

    @Test
    void failsThePassWhenAFileChangesAfterItsRevisionWasRead() throws IOException {
        Revision revision = fixture.commit(Map.of("a", "11111", "b", "2"));

        try (Bundle bundle = resolver.fetch(GREETER, revision, plenty())) {
            Files.writeString(root.resolve("greeter/a"), "99999");

            assertThatThrownBy(() -> BundleContent.of(bundle)).hasMessageContaining("changed while it was read");
        }
    }

    @Test
    void failsThePassWhenAFileBecomesALinkMeanwhile() throws IOException {
        Revision revision = fixture.commit(Map.of("a", "11111"));
        Path secret = Files.writeString(root.resolve("secret"), "11111");

        try (Bundle bundle = resolver.fetch(GREETER, revision, plenty());
                Bundle.Entries entries = bundle.open()) {
            assertThat(entries.next()).isEqualTo(new BundleEntry.File("a", 5, false));
            Files.delete(root.resolve("greeter/a"));
            Files.createSymbolicLink(root.resolve("greeter/a"), secret);

            assertThatThrownBy(() -> readAll(entries)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void failsThePassWhenADirectoryBecomesALinkMeanwhile() throws IOException {
        Revision revision = fixture.commit(Map.of("d/a", "11111"));
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("a"), "11111");

        try (Bundle bundle = resolver.fetch(GREETER, revision, plenty());
                Bundle.Entries entries = bundle.open()) {
            entries.next();
            entries.next();
            Files.delete(root.resolve("greeter/d/a"));
            Files.delete(root.resolve("greeter/d"));
            Files.createSymbolicLink(root.resolve("greeter/d"), outside);

            assertThatThrownBy(() -> readAll(entries)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void namesAPipeAsSpecialAndDoesNotOpenIt() throws Exception {
        fixture.commit(Map.of("a", "1"));
        new ProcessBuilder("mkfifo", root.resolve("greeter/pipe").toString())
                .start()
                .waitFor();

        assertThat(content(current())).containsEntry("pipe", "special device, pipe or socket");
    }

    @Test
    void leavesOutWhatGitKeepsForItselfInAWorkingCopy() {
        Revision plain = fixture.commit(Map.of("a", "1"));

        Revision withGit = fixture.commit(Map.of("a", "1", ".git/HEAD", "x"));

        assertThat(withGit).isEqualTo(plain);
    }

    @Test
    void givesARepositoryFurtherBelowSoThatItIsRefusedAndNotDroppedInSilence() {
        fixture.commit(Map.of("a", "1", "vendor/.git/HEAD", "x"));

        assertThat(content(current())).containsEntry("vendor/.git/HEAD", "x");
    }

    @Test
    void readsNothingOfAFileThatIsLargerThanTheLimits() throws IOException {
        Path sparse = Files.createDirectory(root.resolve("greeter")).resolve("sparse");
        try (FileChannel file = FileChannel.open(sparse, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[1]), 10L * 1024 * 1024 * 1024);
        }

        assertThatThrownBy(this::current)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE))
                .hasMessageContaining("'sparse' has 10737418241 bytes");
    }

    @Test
    void namesAFileWithASecondNameElsewhereAsSpecial() throws IOException {
        fixture.commit(Map.of("a", "1"));
        Path outside = Files.writeString(root.resolve("outside"), "1");
        Files.createLink(root.resolve("greeter/b"), outside);

        assertThat(content(current())).containsEntry("b", "special file with a second name (hard link)");
    }

    @Test
    void servesADirectoryFurtherBelow() {
        SourceFixture below = new LocalDirectory(root.resolve("team/greeter"));
        Revision revision = below.commit(Map.of("a", "1"));

        try (Bundle bundle = resolver.fetch(Source.parse("local://team/greeter"), revision, plenty())) {
            assertThat(BundleContent.of(bundle)).isEqualTo(Map.of("a", "1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".git", ".ssh/keys", "a/.hidden", "a//b", "a@b"})
    void refusesWaysThatAreNotPlainNames(String location) {
        assertThatThrownBy(() -> resolver.upstream(new Source("local", location, HEAD)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE));
    }

    private Revision current() {
        Resolution answer = resolution(HEAD);
        assertThat(answer).isInstanceOf(Resolution.Found.class);
        return ((Resolution.Found) answer).revision();
    }

    private static byte[] readAll(Bundle.Entries entries) throws IOException {
        try (InputStream in = entries.content()) {
            return in.readAllBytes();
        }
    }

    /** A directory whose content is replaced by every commit. */
    private final class LocalDirectory implements SourceFixture {

        private final Path directory;

        LocalDirectory(Path directory) {
            this.directory = directory;
        }

        @Override
        public Source source() {
            return Source.parse("local://" + root.relativize(directory));
        }

        @Override
        public Revision commit(Map<String, String> files) {
            FileTree.replace(directory, files);
            Resolution answer = resolver.resolve(resolver.upstream(source()), Set.of(HEAD), plenty())
                    .get(HEAD);
            assertThat(answer).isInstanceOf(Resolution.Found.class);
            return ((Resolution.Found) Objects.requireNonNull(answer)).revision();
        }
    }
}
