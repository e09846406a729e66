package dev.holdfast.delivery.directory;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.ScriptResult;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks at all regular files below a directory. */
final class DirectorySurvey {

    private DirectorySurvey() {}

    /** Returns what is there; of no file if there is no such directory. What vanishes meanwhile is left out. */
    static ScriptResult.Answer.Files of(Path directory, Deadline deadline) throws IOException {
        List<FileFacts> files = new ArrayList<>();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    deadline.check("the survey of " + directory);
                    if (attributes.isRegularFile()) {
                        files.add(facts(directory.relativize(file).toString(), file));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (!DirectoryDisk.isAbsence(e)) {
                        throw e;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return new ScriptResult.Answer.Files(Optional.of(files));
    }

    /** Returns what a file is, under the name that it is to have. */
    static FileFacts facts(String name, Path file) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(file, "unix:size,lastModifiedTime,mode,uid,gid,nlink", LinkOption.NOFOLLOW_LINKS);
        FileTime modified = (FileTime) value(found, "lastModifiedTime");
        return new FileFacts(
                name,
                (long) value(found, "size"),
                Math.floorDiv(modified.to(TimeUnit.NANOSECONDS), TimeUnit.SECONDS.toNanos(1)),
                (int) value(found, "mode") & 07777,
                (int) value(found, "uid"),
                (int) value(found, "gid"),
                (int) value(found, "nlink"));
    }

    private static Object value(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name));
    }
}
