package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What trees can hold, delivered or refused by name. */
final class GitTreesIT extends AgainstGitServer {

    private static final String POINTER =
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a".repeat(64) + "\nsize 12345\n";

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", ".git", ".GIT", "a/b", "git~1"})
    void refusesATreeThatWouldWriteWhereItShouldNot(String name) throws IOException {
        String blob = repository.gitWithInput(new byte[] {'x'}, "hash-object", "-w", "--stdin");
        Revision revision = repository.commitTree(tree(entry("100644", name, blob)));

        assertRefused(() -> content(revision));
    }

    @Test
    void refusesATreeThatNamesOneFileTwice() throws IOException {
        String blob = repository.gitWithInput(new byte[] {'x'}, "hash-object", "-w", "--stdin");
        Revision revision = repository.commitTree(tree(entry("100644", "a", blob) + entry("100644", "a", blob)));

        assertRefused(() -> content(revision));
    }

    @Test
    void refusesTheSameTreesFromARepositoryOnDisk() throws IOException {
        String blob = repository.gitWithInput(new byte[] {'x'}, "hash-object", "-w", "--stdin");
        Revision revision = repository.commitTree(tree(entry("100644", "..", blob)));

        try (JGitResolver local = builder().allowFiles(directory).build()) {
            assertRefused(() -> content(local, Source.parse("git+file://" + repository.directory()), revision));
        }
    }

    @Test
    void readsATreeThatNamesItsDirectoriesAMillionTimesWithoutReadingThemAMillionTimes() throws IOException {
        String tree =
                tree(entry("100644", "a", repository.gitWithInput(new byte[] {'x'}, "hash-object", "-w", "--stdin")));
        for (int i = 0; i < 20; i++) {
            tree = tree(entry("40000", "a", tree) + entry("40000", "b", tree));
        }
        Revision revision = repository.commitTree(tree);

        resolver.fetch(repository.source(), revision, plenty()).close();
    }

    @Test
    void namesASubmoduleAsSpecial() {
        Revision commit = repository.commit(Map.of("a", "1"));
        repository.git("update-index", "--add", "--cacheinfo", "160000," + commit.value() + ",vendor");
        Revision revision = repository.commitTree(repository.git("write-tree"));

        assertThat(content(revision)).isEqualTo(Map.of("a", "1", "vendor", "special submodule"));
    }

    @Test
    void namesALargeFilePointerAsSpecialUnlessTheHostWantsPointers() {
        Revision revision = repository.commit(Map.of("model.bin", POINTER));

        assertThat(content(revision)).isEqualTo(Map.of("model.bin", "special git-lfs pointer"));
        try (JGitResolver lenient = builder().deliverLfsPointers().build()) {
            assertThat(content(lenient, repository.source(), revision)).isEqualTo(Map.of("model.bin", POINTER));
        }
    }

    @Test
    void deliversFilesAsTheyAreStoredWhateverTheAttributesSay() throws IOException {
        Map<String, String> files = Map.of(
                ".gitattributes", "*.txt eol=crlf\nsecret export-ignore\nversion export-subst\n",
                "a.txt", "one\ntwo\n",
                "secret", "s",
                "version", "$Format:%H$\n");

        assertThat(content(repository.commit(files))).isEqualTo(files);
    }

    @Test
    void givesLinksAsLinksAndNeverFollowsThem() {
        Map<String, String> files =
                Map.of("leak", "-> /etc/passwd", "up", "-> ../../x", "long", "-> " + "l/".repeat(200) + "l");

        assertThat(content(repository.commit(files))).isEqualTo(files);
    }

    @Test
    void givesNamesThatAreNotAscii() {
        Map<String, String> files =
                Map.of("gr\u00fc\u00dfe/\u4f60\u597d.md", "x", "with space", "y", "d".repeat(200) + "/e", "z");

        assertThat(content(repository.commit(files))).isEqualTo(files);
    }

    @Test
    void namesAFileWhoseNameIsNotUtf8AsSpecial() throws IOException {
        String blob = repository.gitWithInput(new byte[] {'x'}, "hash-object", "-w", "--stdin");
        Revision revision = repository.commitTree(tree(entry("100644", "caf\u00e9", blob)));

        assertThat(content(revision)).containsValue("special name that is not UTF-8");
    }

    @Test
    void namesTheSubdirectoryThatIsNotThere() {
        Revision revision = repository.commit(Map.of("a", "1", "plugins/x", "2"));

        for (String missing : Set.of("plugins/greeter", "a", "plugins/x")) {
            assertThatThrownBy(() -> content(resolver, below(missing), revision))
                    .hasMessageContaining("no directory '" + missing + "'")
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND));
        }
    }

    @Test
    void saysThatATagOnATreeIsNoCommit() {
        Revision commit = repository.commit(Map.of("a", "1"));
        repository.git("tag", "on-tree", commit.value() + "^{tree}");
        Resolution answer = Objects.requireNonNull(
                resolver.resolve(resolver.upstream(repository.source()), Set.of(TrackedRef.tag("on-tree")), plenty())
                        .get(TrackedRef.tag("on-tree")));

        assertThatThrownBy(() -> content(((Resolution.Found) answer).revision()))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("no commit but a tree or a file")
                .hasMessageContaining("follow a range that leaves this version out");
    }

    @Test
    void saysThatARevisionOfAnotherKindIsNoCommit() {
        repository.commit(Map.of("a", "1"));

        assertThatThrownBy(() -> content(Revision.of("sha256:" + "a".repeat(64))))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVISION_NOT_FOUND));
    }

    @Test
    void saysThatASha256RepositoryCannotBeRead() throws Exception {
        Path path = server.repository("acme/sha256").directory();
        Trees.delete(path);
        int exit = new ProcessBuilder("git", "init", "-q", "--bare", "--object-format=sha256", path.toString())
                .start()
                .waitFor();
        assertThat(exit).isZero();

        assertThatThrownBy(() -> resolver.resolve(
                        resolver.upstream(Source.parse("git+http://" + server.host() + "/acme/sha256.git")),
                        Set.of(TrackedRef.tag("v1")),
                        plenty()))
                .hasMessageContaining("SHA-256 repository");
    }

    @Test
    void peelsATagOfATag() {
        Revision revision = repository.commit(Map.of("a", "1"));
        repository.annotatedTag("inner", revision);
        repository.git("tag", "-a", "-m", "outer", "outer", "inner");

        assertThat(resolver.resolve(resolver.upstream(repository.source()), Set.of(TrackedRef.tag("outer")), plenty()))
                .containsEntry(TrackedRef.tag("outer"), Resolution.found(revision, "outer"));
    }

    @Test
    void installsACommitThatNoRefNames() {
        repository.commit(Map.of("a", "1"));
        Revision old = repository.commit(Map.of("a", "2"));
        repository.git("update-ref", "refs/heads/main", old.value() + "~1");

        assertThat(content(old)).isEqualTo(Map.of("a", "2"));
    }

    private static void assertRefused(ThrowingCallable fetch) {
        Consumer<HoldfastException> refused = e -> assertThat(e.reason()).isEqualTo(Reason.BUNDLE_REFUSED);
        assertThatThrownBy(fetch)
                .isInstanceOf(PermanentException.class)
                .isInstanceOfSatisfying(HoldfastException.class, refused);
    }

    /** Writes a tree object that git itself would not make. */
    private String tree(String entries) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        raw.write(entries.getBytes(StandardCharsets.ISO_8859_1));
        return repository.gitWithInput(raw.toByteArray(), "hash-object", "-t", "tree", "-w", "--literally", "--stdin");
    }

    private static String entry(String mode, String name, String id) {
        return mode + " " + name + "\0" + new String(HexFormat.of().parseHex(id), StandardCharsets.ISO_8859_1);
    }
}
