package dev.holdfast.examples.e2e;

import static dev.holdfast.examples.e2e.GitObjects.entry;
import static dev.holdfast.examples.e2e.LyingResolver.Piece.file;
import static dev.holdfast.examples.e2e.LyingResolver.Piece.link;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.e2e.LyingResolver.Piece;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks hostile and is not: delivered exactly, to the byte. */
final class OddButLegalTest {

    private static final List<String> NAMES = List.of(
            " ",
            "-rf",
            "--upload-pack=x",
            "$(touch x)",
            "`id`",
            "a;b|c&d",
            "'\"",
            "*",
            "..\\..\\x",
            "...",
            "..a",
            ".gitmodules",
            ".gitattributes",
            "CON",
            "a:b",
            "trailing.",
            "trailing ",
            "\u65e5\u672c\u8a9e",
            "\ud83d\udc69\u200d\ud83d\udcbb",
            "x".repeat(255));

    @TempDir
    private Path directory;

    private HostilePlace place;

    @BeforeEach
    void begin() {
        place = new HostilePlace(directory);
    }

    @AfterEach
    void end() {
        place.close();
    }

    @Test
    void oddNamesAreDeliveredFromGitExactly() throws IOException {
        GitObjects git = GitObjects.in(place.repository());
        String blob = git.blob("x");
        byte[][] entries = NAMES.stream()
                .sorted(java.util.Comparator.comparing(
                        name -> name.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.util.Arrays::compareUnsigned))
                .map(name -> entry("100644", name, blob))
                .toArray(byte[][]::new);
        git.commit(git.tree(entries));

        place.deliver(Source.parse("git+file://" + place.repository() + "#ref:main"));

        assertThat(names(place.delivered())).containsExactlyInAnyOrderElementsOf(NAMES);
    }

    @Test
    void oddNamesAreDeliveredFromADirectoryExactly() throws IOException {
        Path plugin = Files.createDirectory(place.local().resolve("odd"));
        for (String name : NAMES) {
            Files.writeString(plugin.resolve(name), name);
        }

        place.deliver(Source.parse("local://odd"));

        assertThat(names(place.delivered())).containsExactlyInAnyOrderElementsOf(NAMES);
        for (String name : NAMES) {
            assertThat(place.delivered().resolve(name)).hasContent(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "./a/b", "a", ".", "no/such/file", "loop"})
    void aLinkInsideTheTreeIsKeptAsItIs(String target) throws IOException {
        place.lying().deliver(() -> Stream.of(file("a/b", "x"), link("loop", target), link("a/up", "../a/b")));

        place.deliver(LyingResolver.SOURCE);

        assertThat(Files.readSymbolicLink(place.delivered().resolve("loop"))).hasToString(target);
        assertThat(Files.readString(place.delivered().resolve("a/up"))).isEqualTo("x");
    }

    @Test
    void anExecutableIsDeliveredAsOneAndNothingIsEverSetuid() throws IOException {
        GitObjects git = GitObjects.in(place.repository());
        String blob = git.blob("#!/bin/sh\n");
        git.commit(
                git.tree(entry("100644", "plain", blob), entry("100755", "run", blob), entry("104755", "suid", blob)));

        place.deliver(Source.parse("git+file://" + place.repository() + "#ref:main"));

        assertThat(mode("plain")).isEqualTo(0644);
        assertThat(mode("run")).isEqualTo(0755);
        assertThat(mode("suid")).isEqualTo(0755);
    }

    @Test
    void bitsOfALocalFileThatGrantMoreAreNotDelivered() throws Exception {
        Path plugin = Files.createDirectory(place.local().resolve("bits"));
        Path run = Files.writeString(plugin.resolve("run"), "x");
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
        int exit = new ProcessBuilder("chmod", "6777", run.toString()).start().waitFor();
        assertThat(exit).isZero();

        place.deliver(Source.parse("local://bits"));

        assertThat(mode("run")).isEqualTo(0755);
    }

    @Test
    void aWorkingCopyIsDeliveredWithoutItsRepository() throws IOException {
        Path plugin = Files.createDirectory(place.local().resolve("checkout"));
        Files.writeString(plugin.resolve("SKILL.md"), "x");
        Files.createDirectory(plugin.resolve(".git"));
        Files.writeString(plugin.resolve(".git/config"), "secret");

        place.deliver(Source.parse("local://checkout"));

        assertThat(names(place.delivered())).containsExactly("SKILL.md");
    }

    @Test
    void aTreeJustWithinTheLimitsIsDelivered() throws IOException {
        int size = (int) HostilePlace.LIMITS.fileBytes();
        place.lying()
                .deliver(() -> Stream.of("a", "b")
                        .map(name -> new Piece(
                                new BundleEntry.File(name, size, false),
                                () -> new java.io.ByteArrayInputStream(new byte[size]))));

        place.deliver(LyingResolver.SOURCE);

        assertThat(Files.size(place.delivered().resolve("b"))).isEqualTo(size);
    }

    private int mode(String name) throws IOException {
        return (Integer) Files.getAttribute(place.delivered().resolve(name), "unix:mode", LinkOption.NOFOLLOW_LINKS)
                & 07777;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals(".complete"))
                    .toList();
        }
    }
}
