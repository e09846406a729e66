package dev.holdfast.delivery.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.HoldNote;
import dev.holdfast.spi.delivery.HolderProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for holds in one directory, as {@link FileStep.RequireUnheld} says. */
final class DirectoryHolds {

    private final Path directory;
    private final FileStep.RequireUnheld step;
    private final Path clock;
    private Instant now = Instant.MIN;

    DirectoryHolds(Path directory, FileStep.RequireUnheld step, Path clock) {
        this.directory = directory;
        this.step = step;
        this.clock = clock;
    }

    /** Throws if something is held. */
    void require() throws IOException {
        List<String> held = new ArrayList<>();
        List<Path> files = DirectoryDisk.children(directory);
        if (files.isEmpty()) {
            return;
        }
        now = Files.getLastModifiedTime(clock).toInstant();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            String hold = name.startsWith(HoldNote.ENDED) ? name.substring(HoldNote.ENDED.length()) : name;
            if (held.size() < FileStep.RequireUnheld.MOST
                    && hold.startsWith(step.prefix())
                    && HoldNote.isName(hold)
                    && Files.isRegularFile(file, NOFOLLOW_LINKS)) {
                standing(file, hold).ifPresent(age -> held.add("held " + hold + " " + age.toSeconds()));
            }
        }
        if (!held.isEmpty()) {
            throw new IOException("\n" + String.join("\n", held));
        }
    }

    /** Returns the age of a hold, or removes it. */
    private Optional<Duration> standing(Path file, String name) throws IOException {
        Path hold = directory.resolve(name);
        Path ended = directory.resolve(HoldNote.ENDED + name);
        try {
            Optional<Duration> age = standing(file);
            if (age.isPresent() && file.equals(hold)) {
                return age;
            }
            if (age.isEmpty()) {
                Files.move(file, ended, StandardCopyOption.ATOMIC_MOVE);
                // Whoever renewed it before the move is seen now; whoever comes later finds it gone.
                age = standing(ended);
            }
            if (age.isEmpty()) {
                Files.deleteIfExists(ended);
                return age;
            }
            Files.move(ended, hold, StandardCopyOption.ATOMIC_MOVE);
            return age;
        } catch (NoSuchFileException e) {
            // It ended meanwhile.
            return Optional.empty();
        }
    }

    private Optional<Duration> standing(Path file) throws IOException {
        Duration age =
                Duration.between(Files.getLastModifiedTime(file, NOFOLLOW_LINKS).toInstant(), now);
        boolean stands = age.compareTo(Duration.ofSeconds(step.seconds())) <= 0
                && note(file).process().filter(HolderProcess::isGone).isEmpty();
        return stands ? Optional.of(age) : Optional.empty();
    }

    private static HoldNote note(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
            return HoldNote.parse(in.readNBytes(HoldNote.LARGEST));
        }
    }
}
