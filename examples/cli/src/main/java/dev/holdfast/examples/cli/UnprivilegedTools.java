package dev.holdfast.examples.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PostgreSQL does not run as root. Where root may not make user namespaces either, as in most containers, its programs are
 * wrapped so that they run as nobody.
 */
record UnprivilegedTools(Path binaries) {

    private static final int NOBODY = 65534;
    private static final List<String> TOOLS = List.of("initdb", "pg_ctl");

    /** Returns whether this process is root's. */
    static boolean needed() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
    }

    /** Gives a data directory to nobody. */
    void own(Path data) throws IOException {
        Files.setAttribute(data, "unix:uid", NOBODY);
        Files.setAttribute(data, "unix:gid", NOBODY);
    }

    boolean inPlace() throws IOException {
        Optional<Path> programs = programs();
        return programs.isPresent() && Files.exists(programs.get().resolve("pg_ctl.real"));
    }

    /** Wraps the programs that were unpacked last. */
    void put() throws IOException {
        if (!onPath("setpriv")) {
            throw new IOException("PostgreSQL does not run as root, and there is no setpriv to run it as nobody with");
        }
        Path programs = programs().orElseThrow(() -> new IOException("nothing was unpacked in " + binaries));
        for (String tool : TOOLS) {
            Path real = programs.resolve(tool + ".real");
            if (Files.notExists(real)) {
                Files.move(programs.resolve(tool), real);
                wrap(programs.resolve(tool));
            }
        }
        // Its date says that the unpacking is complete.
        Files.setLastModifiedTime(programs.resolveSibling(".exists"), FileTime.from(Instant.now()));
    }

    private static void wrap(Path tool) throws IOException {
        Files.writeString(
                tool,
                "#!/bin/sh\nexec setpriv --reuid=" + NOBODY + " --regid=" + NOBODY
                        + " --clear-groups \"$0.real\" \"$@\"\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Optional<Path> programs() throws IOException {
        try (Stream<Path> unpacked = Files.list(binaries)) {
            return unpacked.filter(path -> path.getFileName().toString().startsWith("PG-"))
                    .max(Comparator.comparing(path -> path.toFile().lastModified()))
                    .map(path -> path.resolve("bin"));
        }
    }

    private static boolean onPath(String tool) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator)).anyMatch(d -> Files.isExecutable(Path.of(d, tool)));
    }
}
