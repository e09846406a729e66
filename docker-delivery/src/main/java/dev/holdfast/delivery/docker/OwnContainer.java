package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The container that this JVM runs in, if it runs in one: whoever stopped it would not be there to start its successor.
 * The kernel's files tell it by id (control group; files that the engine mounts, which with {@code --network
 * container:x} are those of the container x) and by the directory that holds what it writes.
 */
final class OwnContainer {

    private static final Pattern ID = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");
    private static final Set<String> MOUNTED = Set.of("/etc/hostname", "/etc/hosts", "/etc/resolv.conf");
    private static final Pattern UPPER = Pattern.compile("[,\\s]upperdir=([^,\\s]+)");
    private static final int SHORTEST = 16;

    private final Set<String> ids = new HashSet<>();
    private final Set<String> written = new HashSet<>();

    private OwnContainer() {}

    /** Reads who this process is. */
    static OwnContainer here() {
        return of(Path.of("/proc/self"));
    }

    /** As {@link #here}, from the files of another directory. */
    static OwnContainer of(Path proc) {
        OwnContainer own = new OwnContainer();
        for (String file : List.of("cgroup", "cpuset")) {
            lines(proc.resolve(file)).forEach(line -> own.add(ID.matcher(line)));
        }
        for (String line : lines(proc.resolve("mountinfo"))) {
            // Numbers, the root within its file system, the place where it is mounted; see proc(5).
            String[] words = line.split(" ", -1);
            if (words.length > 4 && MOUNTED.contains(words[4])) {
                own.add(ID.matcher(words[3]));
            } else if (words.length > 4 && words[4].equals("/")) {
                Matcher upper = UPPER.matcher(line);
                if (upper.find()) {
                    own.written.add(upper.group(1));
                }
            }
        }
        return own;
    }

    private void add(Matcher matcher) {
        while (matcher.find()) {
            ids.add(matcher.group());
        }
    }

    /** A machine that has no such files runs no Linux containers. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Refuses to replace this container. */
    void refuse(String name, JsonNode container) {
        if (is(container)) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    name
                            + " cannot be replaced: this process runs in it, or in its network, and would end before it has"
                            + " started the new one; replace it from outside of it");
        }
    }

    /** Returns whether a container, as the engine describes it, is this one, or the one whose network this one uses. */
    boolean is(JsonNode container) {
        String upper =
                container.path("GraphDriver").path("Data").path("UpperDir").asText("");
        return ids.contains(container.path("Id").asText())
                || (upper.length() >= SHORTEST
                        && written.stream().anyMatch(own -> upper.equals(own) || upper.endsWith("/" + own)));
    }
}
