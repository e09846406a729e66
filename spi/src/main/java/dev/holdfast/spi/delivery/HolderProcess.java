package dev.holdfast.spi.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process of Linux, named so that nobody takes another for it: neither a later one of the same number, nor one of
 * another container or machine that shares the file system.
 *
 * @param pid its number
 * @param start when it began: field 22 of {@code /proc/PID/stat}
 * @param where the boot of its kernel, and its namespaces of processes and time
 */
public record HolderProcess(long pid, String start, String where) {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern BLANK = Pattern.compile(" ");

    /** Returns this process; empty where the system does not tell. */
    public static Optional<HolderProcess> current() {
        try {
            Optional<String> where = here();
            Optional<List<String>> fields = stat("self");
            return where.isEmpty() || fields.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new HolderProcess(
                            ProcessHandle.current().pid(), fields.get().get(19), where.get()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns whether this process is known to be gone: this machine could see it if it were there, and does not, or
     * sees a later one of its number. False whenever that cannot be told.
     */
    public boolean isGone() {
        try {
            if (!here().equals(Optional.of(where))
                    || Files.readString(PROC.resolve("self/mounts")).contains("hidepid=")) {
                return false;
            }
            return stat(Long.toString(pid))
                    .map(fields -> fields.get(0).equals("Z")
                            || fields.get(0).equals("X")
                            || !fields.get(19).equals(start))
                    .orElse(true);
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the boot and the namespaces of this process, as {@code docs/contract.md} writes them. */
    private static Optional<String> here() throws IOException {
        Path namespaces = PROC.resolve("self/ns");
        if (!Files.isReadable(PROC.resolve("sys/kernel/random/boot_id"))
                || !Files.isSymbolicLink(namespaces.resolve("pid"))) {
            return Optional.empty();
        }
        Path time = namespaces.resolve("time");
        String boot =
                Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        return Optional.of(boot + " " + Files.readSymbolicLink(namespaces.resolve("pid"))
                + (Files.isSymbolicLink(time) ? Files.readSymbolicLink(time).toString() : ""));
    }

    /** Returns the fields of a process from the third, its state, on; empty if there is no such process. */
    private static Optional<List<String>> stat(String process) throws IOException {
        try {
            String line = Files.readString(PROC.resolve(process).resolve("stat"));
            List<String> fields = List.of(
                    BLANK.split(line.substring(line.lastIndexOf(')') + 1).strip(), -1));
            if (fields.size() < 20) {
                throw new IOException("/proc/" + process + "/stat is cut short");
            }
            return Optional.of(fields);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Returns the process that a line of a hold names; empty if it names none that can be told. */
    static Optional<HolderProcess> parse(String line) {
        List<String> words = List.of(BLANK.split(line.strip(), 4));
        boolean whole = words.size() == 4 && words.get(1).matches("[0-9]{1,18}");
        return whole
                ? Optional.of(new HolderProcess(Long.parseLong(words.get(1)), words.get(2), words.get(3)))
                : Optional.empty();
    }

    /** Returns the line of a hold that names it. */
    @Override
    public String toString() {
        return "process " + pid + " " + start + " " + where;
    }
}
