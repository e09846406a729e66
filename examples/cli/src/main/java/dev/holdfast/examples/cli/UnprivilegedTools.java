package dev.holdfast.examples.cli;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * PostgreSQL does not run as root. Where root may not make user namespaces either, as in most containers, its programs are
 * wrapped so that they run as nobody.
 */
record UnprivilegedTools(Path programs) {

    private static final Path HOME = Path.of("/var/tmp/holdfast-root");
    private static final int NOBODY = 65534;
    private static final List<String> TOOLS = List.of("initdb", "pg_ctl");

    /** Returns whether this process is root's, and cannot be anybody else's in a namespace of its own. */
    static boolean needed() throws IOException {
        Path self = Path.of("/proc/self");
        boolean root = Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
        return root && !LinuxUtils.isUnshareAvailable();
    }

    /** Returns the tools of this machine: in a directory that only root changes and only nobody enters. */
    static UnprivilegedTools shared() throws IOException {
        Path home = Files.createDirectories(HOME);
        if (!Integer.valueOf(0).equals(Files.getAttribute(home, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
            throw new IOException(home + " is not root's; remove it");
        }
        Files.setAttribute(home, "unix:gid", NOBODY);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x---"));
        return new UnprivilegedTools(Files.createDirectories(home.resolve("programs")));
    }

    /** Returns where the data of a state directory are: in it, or, where nobody cannot come to it, beside the tools. */
    Path data(Path state) throws IOException {
        for (Path above = state; above != null; above = above.getParent()) {
            if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                UUID name = UUID.nameUUIDFromBytes(state.toString().getBytes(StandardCharsets.UTF_8));
                return owned(HOME.resolve("data-" + name));
            }
        }
        return owned(state.resolve("postgresql"));
    }

    private static Path owned(Path data) throws IOException {
        Files.createDirectories(data);
        Files.setAttribute(data, "unix:uid", NOBODY);
        Files.setAttribute(data, "unix:gid", NOBODY);
        return data;
    }

    boolean inPlace() throws IOException {
        Optional<Path> bin = unpacked();
        return bin.isPresent() && Files.exists(bin.get().resolve("pg_ctl.real"));
    }

    /** Wraps the programs that were unpacked last. */
    void put() throws IOException {
        if (!onPath("setpriv")) {
            throw new IOException("PostgreSQL does not run as root, and there is no setpriv to run it as nobody with");
        }
        Path bin = unpacked().orElseThrow(() -> new IOException("nothing was unpacked in " + programs));
        for (String tool : TOOLS) {
            Path real = bin.resolve(tool + ".real");
            if (Files.notExists(real)) {
                Files.move(bin.resolve(tool), real);
                wrap(bin.resolve(tool));
            }
        }
        // Its date says that the unpacking is complete.
        Files.setLastModifiedTime(bin.resolveSibling(".exists"), FileTime.from(Instant.now()));
    }

    private static void wrap(Path tool) throws IOException {
        Files.writeString(
                tool,
                "#!/bin/sh\nexec setpriv --reuid=" + NOBODY + " --regid=" + NOBODY
                        + " --clear-groups \"$0.real\" \"$@\"\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Optional<Path> unpacked() throws IOException {
        try (Stream<Path> entries = Files.list(programs)) {
            return entries.filter(path -> path.getFileName().toString().startsWith("PG-"))
                    .max(Comparator.comparing(path -> path.toFile().lastModified()))
                    .map(path -> path.resolve("bin"));
        }
    }

    private static boolean onPath(String tool) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator)).anyMatch(d -> Files.isExecutable(Path.of(d, tool)));
    }
}
