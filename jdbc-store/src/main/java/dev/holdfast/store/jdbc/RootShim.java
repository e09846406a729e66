package dev.holdfast.store.jdbc;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL refuses to run as root. Where user namespaces are forbidden (root in an ordinary container), its tools are
 * started as nobody instead.
 */
final class RootShim {

    private static final int NOBODY = 65534;
    private static final List<Path> SETPRIV = List.of(Path.of("/usr/bin/setpriv"), Path.of("/bin/setpriv"));

    private RootShim() {}

    static boolean isNeeded() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self)
                && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))
                && SETPRIV.stream().anyMatch(Files::isExecutable)
                // Where they are allowed a start fails for another reason, and in one of them the wrapped tools never
                // run.
                && !LinuxUtils.isUnshareAvailable();
    }

    /** Lets nobody, and nobody else, pass through a directory of root's. */
    static void letIn(Path directory) throws IOException {
        if (isNeeded()) {
            Files.setAttribute(directory, "unix:gid", NOBODY);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x---"));
        }
    }

    /**
     * Wraps the tools of the server that was unpacked last below {@code work}, and returns a data directory they own.
     */
    static Path install(Path work, Path data) throws IOException {
        Path bin;
        try (Stream<Path> unpacked = Files.list(work)) {
            bin = unpacked.filter(path -> path.getFileName().toString().startsWith("PG-"))
                    .max(Comparator.comparing(path -> path.toFile().lastModified()))
                    .orElseThrow(() -> new IOException("no server was unpacked below " + work))
                    .resolve("bin");
        }
        for (String tool : List.of("initdb", "pg_ctl")) {
            wrap(bin, tool);
        }
        // The unpacked server counts as whole only while this file is newer than its parts.
        Files.setLastModifiedTime(
                bin.resolveSibling(".exists"),
                FileTime.from(Files.getLastModifiedTime(bin.resolve("pg_ctl")).toInstant()));
        Files.createDirectories(data);
        Files.setAttribute(data, "unix:uid", NOBODY);
        Files.setAttribute(data, "unix:gid", NOBODY);
        return data;
    }

    private static void wrap(Path bin, String tool) throws IOException {
        Path real = bin.resolve(tool + ".real");
        if (Files.exists(real)) {
            return;
        }
        Files.move(bin.resolve(tool), real);
        Files.writeString(
                bin.resolve(tool),
                "#!/bin/sh\nexec setpriv --reuid=" + NOBODY + " --regid=" + NOBODY
                        + " --clear-groups \"$0.real\" \"$@\"\n");
        Files.setPosixFilePermissions(bin.resolve(tool), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
