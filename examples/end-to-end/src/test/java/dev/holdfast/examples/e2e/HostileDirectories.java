package dev.holdfast.examples.e2e;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Directories of this machine that no plugin should be. */
final class HostileDirectories {

    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private final List<HostileCase> cases = new ArrayList<>();

    private HostileDirectories() {}

    /** Fills the directory of a plugin. */
    private interface Content {
        void fill(Path plugin, HostilePlace place) throws IOException;
    }

    static List<HostileCase> all() {
        HostileDirectories directories = new HostileDirectories();
        directories.links();
        directories.kinds();
        directories.names();
        directories.sizes();
        return directories.cases;
    }

    private void links() {
        refused(
                "absolute link",
                "relative links inside",
                (plugin, place) -> Files.createSymbolicLink(
                        plugin.resolve("leak"), place.outside().resolve("canary")));
        refused(
                "link out of the root",
                "out of the tree",
                (plugin, place) -> Files.createSymbolicLink(plugin.resolve("leak"), Path.of("../../outside/canary")));
        refused(
                "link to a directory outside",
                "relative links inside",
                (plugin, place) -> Files.createSymbolicLink(plugin.resolve("leak"), place.outside()));
        refused(
                "hard link to a file outside",
                "hard link",
                (plugin, place) ->
                        Files.createLink(plugin.resolve("leak"), place.outside().resolve("canary")));
        add(
                "directory that is a link",
                Reason.SOURCE_NOT_FOUND,
                "symbolic link, which is never followed",
                (plugin, place) -> {
                    Files.delete(plugin);
                    Files.createSymbolicLink(plugin, place.outside());
                });
        add("file in the place of a directory", Reason.SOURCE_NOT_FOUND, "no directory", (plugin, place) -> {
            Files.delete(plugin);
            Files.writeString(plugin, "x");
        });
    }

    private void kinds() {
        refused("pipe", "device, pipe or socket", (plugin, place) -> run("mkfifo", plugin.resolve("pipe")));
        refused("socket", "device, pipe or socket", (plugin, place) -> {
            try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                Path near = Files.createTempFile("holdfast", "");
                Files.delete(near);
                socket.bind(UnixDomainSocketAddress.of(near));
                Files.move(near, plugin.resolve("socket"));
            }
        });
        if (ROOT) {
            refused(
                    "device",
                    "device, pipe or socket",
                    (plugin, place) -> run("mknod", plugin.resolve("null"), "c", "1", "3"));
        } else {
            add(
                    "file that may not be read",
                    Reason.FORBIDDEN,
                    "no permission",
                    (plugin, place) -> Files.setPosixFilePermissions(
                            Files.writeString(plugin.resolve("a"), "x"), java.util.Set.of()));
        }
    }

    private void names() {
        refused("marker", "own marker", (plugin, place) -> Files.writeString(plugin.resolve(".complete"), "x"));
        refused("git directory below", "git repository", (plugin, place) -> {
            Files.createDirectories(plugin.resolve("vendor/.git"));
            Files.writeString(plugin.resolve("vendor/.git/config"), "x");
        });
        refused("git file below", "git repository", (plugin, place) -> {
            Files.createDirectory(plugin.resolve("vendor"));
            Files.writeString(plugin.resolve("vendor/.git"), "gitdir: /");
        });
        refused(
                "newline in a name",
                "control characters",
                (plugin, place) -> Files.writeString(plugin.resolve("a\nend 1"), "x"));
        refused(
                "escape of a terminal",
                "control characters",
                (plugin, place) -> Files.writeString(plugin.resolve("a\u001b[2J"), "x"));
        refused("names that differ in case", "one name where case", (plugin, place) -> {
            Files.writeString(plugin.resolve("a"), "x");
            Files.writeString(plugin.resolve("A"), "x");
        });
        refused(
                "name in Latin-1",
                "not UTF-8",
                (plugin, place) -> run("sh", "-c", "touch \"$1/$(printf 'caf\\351')\"", "sh", plugin));
        refused(
                "65 directories deep",
                "deeper than 64",
                (plugin, place) -> Files.createDirectories(plugin.resolve("d/".repeat(65))));
        refused(
                "path of 1,100 bytes",
                "more than 1024 bytes",
                (plugin, place) -> Files.createDirectories(plugin.resolve(("d".repeat(219) + "/").repeat(5))));
    }

    private void sizes() {
        add("sparse file of 10 GiB", Reason.TOO_LARGE, "has 10737418241 bytes", (plugin, place) -> {
            try (FileChannel file = FileChannel.open(
                    plugin.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[1]), 10L << 30);
            }
        });
        add("files beyond the limit together", Reason.TOO_LARGE, "bytes in all", (plugin, place) -> {
            for (int i = 0; i < 3; i++) {
                Files.write(plugin.resolve("f" + i), new byte[3 << 20]);
            }
        });
        add("2,500 files", Reason.TOO_LARGE, "more than 2000 entries", (plugin, place) -> {
            for (int i = 0; i < 2_500; i++) {
                Files.createFile(plugin.resolve("f" + i));
            }
        });
    }

    private static void run(Object... command) throws IOException {
        String[] words = java.util.Arrays.stream(command).map(String::valueOf).toArray(String[]::new);
        try {
            if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
                throw new AssertionError(String.join(" ", words) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void refused(String name, String says, Content content) {
        add(name, Reason.BUNDLE_REFUSED, says, content);
    }

    private void add(String name, Reason reason, String says, Content content) {
        cases.add(HostileCase.of("directory: " + name, reason, says, place -> {
            Path plugin = place.local().resolve("hostile");
            try {
                Files.createDirectory(plugin);
                content.fill(plugin, place);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Source.parse("local://hostile");
        }));
    }
}
