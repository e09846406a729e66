package dev.holdfast.delivery.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Performs single steps below one root; a step that cannot take effect throws. */
final class DirectorySteps {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private final Path root;
    private final UnforcedChanges unforced;
    private final Deadline deadline;
    private final List<ScriptResult.Answer> answers = new ArrayList<>();

    DirectorySteps(Path root, DirectoryDisk disk, Deadline deadline) {
        this.root = root;
        this.unforced = new UnforcedChanges(disk);
        this.deadline = deadline;
    }

    /** Forces to the disk what was not forced on the way. */
    void force() throws IOException {
        unforced.end();
    }

    /** As {@link #force}, where something else has failed already. */
    void forceIfPossible() {
        try {
            unforced.end();
        } catch (IOException e) {
            // What failed before is told.
        }
    }

    /** Returns what the steps so far have found. */
    ScriptResult.Completed completed() {
        return new ScriptResult.Completed(answers);
    }

    void perform(FileStep step) throws IOException {
        if (step instanceof FileStep.MakeDirectory s) {
            DirectoryDisk.makeDirectories(at(s.path()), unforced::made);
        } else if (step instanceof FileStep.WriteFile s) {
            writeFile(at(s.path()), s.content());
        } else if (step instanceof FileStep.PointLink s) {
            DirectoryDisk.makeLink(at(s.path()), s.to());
        } else if (step instanceof FileStep.CopyLink s) {
            copyLink(s);
        } else if (step instanceof FileStep.Rename s) {
            rename(at(s.from()), at(s.to()));
        } else if (step instanceof FileStep.ReplaceLink s) {
            require(at(s.from()), FileStep.Expected.LINK);
            unforced.settle(DirectoryDisk.parent(at(s.to())));
            replaceLink(at(s.from()), at(s.to()));
        } else if (step instanceof FileStep.Exchange s) {
            throw new FileSystemException(s.one(), s.other(), "Java has no call that exchanges two entries");
        } else if (step instanceof FileStep.RemoveTree s) {
            unforced.settle();
            DirectoryDisk.remove(at(s.path()));
        } else if (step instanceof FileStep.Require s) {
            require(at(s.path()), s.expected());
        } else if (step instanceof FileStep.RequireLink s) {
            requireLink(s);
        } else if (step instanceof FileStep.RequireNoneAbove s) {
            requireNoneAbove(s);
        } else if (step instanceof FileStep.RemoveBelow s) {
            removeBelow(s);
        } else if (step instanceof FileStep.SetMode s) {
            setMode(at(s.path()), s.mode());
        } else if (step instanceof FileStep.SurveyFiles s) {
            answers.add(DirectorySurvey.of(at(s.directory()), deadline));
        } else if (step instanceof FileStep.ReadLink s) {
            answers.add(new ScriptResult.Answer.Link(link(at(s.path()))));
        } else if (step instanceof FileStep.ReadText s) {
            answers.add(new ScriptResult.Answer.Text(text(at(s.path()), s.maxBytes())));
        } else if (step instanceof FileStep.RequireUnheld s) {
            new DirectoryHolds(at(s.directory()), s, at(s.clock())).require();
        } else {
            throw new IllegalStateException("unknown step " + step);
        }
    }

    private Path at(String path) {
        return DirectoryDisk.below(root, path);
    }

    private static Optional<String> link(Path path) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (NotLinkException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (!DirectoryDisk.isAbsence(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static Optional<String> text(Path file, int maxBytes) throws IOException {
        if (!Files.isRegularFile(file, NOFOLLOW_LINKS) || !Files.isReadable(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(maxBytes);
            return in.read() < 0 ? Optional.of(new String(content, StandardCharsets.UTF_8)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void rename(Path from, Path to) throws IOException {
        require(to, FileStep.Expected.ABSENT);
        unforced.settle(DirectoryDisk.parent(to));
        DirectoryDisk.rename(from, to);
        unforced.renamed(DirectoryDisk.parent(to));
        unforced.renamed(DirectoryDisk.parent(from));
    }

    private static void writeFile(Path file, String content) throws IOException {
        Files.write(
                file,
                content.getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(file, DirectoryDisk.PLAIN);
    }

    /** The set of permissions that Java knows has no sticky bit. */
    private static void setMode(Path directory, String mode) throws IOException {
        if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(directory.toString());
        }
        Files.setAttribute(directory, "unix:mode", Integer.parseInt(mode, 8), NOFOLLOW_LINKS);
    }

    private void copyLink(FileStep.CopyLink step) throws IOException {
        Path link = at(step.link());
        if (Files.isSymbolicLink(link)) {
            Path via = at(step.via());
            Path to = Files.readSymbolicLink(link);
            if (to.isAbsolute()) {
                throw new FileSystemException(link.toString(), to.toString(), "is an absolute link");
            }
            DirectoryDisk.makeLink(via, step.prefix() + to);
            replaceLink(via, at(step.copy()));
        }
    }

    /**
     * rename(2) itself refuses to put a link over a directory; over a file it would, so that is looked at first. Looked
     * at once: "no link" and then "not absent" would refuse a link that a rival has just put there.
     */
    private void replaceLink(Path from, Path to) throws IOException {
        try {
            BasicFileAttributes there = Files.readAttributes(to, BasicFileAttributes.class, NOFOLLOW_LINKS);
            if (!there.isSymbolicLink()) {
                throw new FileSystemException(to.toString(), null, "is no link");
            }
        } catch (NoSuchFileException e) {
            // Nothing to replace: the rename puts the first link there.
        }
        DirectoryDisk.rename(from, to);
        // Should the link be in both places after a loss of power, it leads to the same release from both.
        unforced.renamed(DirectoryDisk.parent(to));
    }

    private static void require(Path path, FileStep.Expected expected) throws IOException {
        boolean met = switch (expected) {
            case FILE -> Files.isRegularFile(path, NOFOLLOW_LINKS);
            case LINK -> Files.isSymbolicLink(path);
            case ABSENT -> DirectoryDisk.isAbsent(path);
        };
        if (!met) {
            throw new FileSystemException(path.toString(), null, "should be " + expected);
        }
    }

    private void requireLink(FileStep.RequireLink step) throws IOException {
        if (!link(at(step.path())).equals(Optional.of(step.to()))) {
            throw new FileSystemException(step.path(), null, "should be a link to " + step.to());
        }
    }

    private void requireNoneAbove(FileStep.RequireNoneAbove step) throws IOException {
        for (Path child : DirectoryDisk.children(at(step.directory()))) {
            if (number(child)
                    .filter(n -> n.compareTo(BigInteger.valueOf(step.number())) > 0)
                    .isPresent()) {
                throw new FileSystemException(child.toString(), null, "is above " + step.number());
            }
        }
    }

    private void removeBelow(FileStep.RemoveBelow step) throws IOException {
        unforced.settle();
        for (Path child : DirectoryDisk.children(at(step.directory()))) {
            if (number(child)
                    .filter(n -> n.compareTo(BigInteger.valueOf(step.number())) < 0)
                    .isPresent()) {
                DirectoryDisk.remove(step.child().isEmpty() ? child : child.resolve(step.child()));
            }
        }
    }

    private static Optional<BigInteger> number(Path entry) {
        String name = String.valueOf(entry.getFileName());
        return NUMBER.matcher(name).matches() ? Optional.of(new BigInteger(name)) : Optional.empty();
    }
}
