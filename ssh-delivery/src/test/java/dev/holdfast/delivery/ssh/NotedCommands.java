package dev.holdfast.delivery.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server is asked to run, and which programs that starts. Each is noted by a shell script in its place, which
 * then runs it.
 */
final class NotedCommands {

    private static final List<String> TOOLS = List.of(
            "cat",
            "chmod",
            "chown",
            "find",
            "head",
            "id",
            "ln",
            "ls",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "rmdir",
            "stat",
            "tar",
            "wc");

    /** The first whose text a command holds is its kind. */
    private static final List<Kind> KINDS = List.of(
            new Kind("probe", "command -v"),
            new Kind("upload", "tar -xof"),
            new Kind("look", "DIRECTORY"),
            new Kind("survey", "survey()"),
            new Kind("script", "mv -f"));

    private record Kind(String name, String text) {}

    private final Path commands;
    private final Path programs;
    private final Path bin;

    private NotedCommands(Path directory) {
        this.commands = directory.resolve("commands");
        this.programs = directory.resolve("programs");
        this.bin = directory.resolve("bin");
    }

    /** Notes in a directory of its own. */
    static NotedCommands in(Path directory) throws IOException {
        NotedCommands notes = new NotedCommands(directory);
        Files.createDirectory(notes.bin);
        notes.clear();
        for (String tool : TOOLS) {
            notes.write(
                    tool, "echo " + tool + " >> " + notes.programs + "; PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
        }
        notes.write(
                "noted",
                "printf '%s\\0' \"$SSH_ORIGINAL_COMMAND\" >> " + notes.commands
                        + "; exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
        return notes;
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Returns the settings of the server that is to be noted. */
    String[] settings() {
        return new String[] {"SetEnv PATH=" + bin + ":/usr/bin:/bin", "ForceCommand " + bin.resolve("noted")};
    }

    /** Forgets what was noted. */
    void clear() throws IOException {
        Files.writeString(commands, "");
        Files.writeString(programs, "");
    }

    /** Returns the kinds of the commands, in their order. */
    List<String> commands() throws IOException {
        return texts().map(NotedCommands::kind).toList();
    }

    private static String kind(String command) {
        return KINDS.stream()
                .filter(kind -> command.contains(kind.text()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(command))
                .name();
    }

    /** Returns the length of the longest command in bytes. */
    int longest() throws IOException {
        return texts().mapToInt(String::length).max().orElse(0);
    }

    private Stream<String> texts() throws IOException {
        return Stream.of(Files.readString(commands).split("\0")).filter(text -> !text.isEmpty());
    }

    /** Returns the programs that were started besides the shells, in their order. */
    List<String> programs() throws IOException {
        return Files.readAllLines(programs);
    }
}
