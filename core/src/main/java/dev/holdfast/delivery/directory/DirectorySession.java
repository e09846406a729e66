package dev.holdfast.delivery.directory;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One directory of this machine. */
final class DirectorySession implements TargetSession {

    private final Path root;
    private final DirectoryDisk disk;
    private final Optional<FileOwner> owner;
    private final Deadline deadline;

    DirectorySession(Path root, DirectoryDisk disk, Optional<FileOwner> owner, Deadline deadline) {
        this.root = root;
        this.disk = disk;
        this.owner = owner;
        this.deadline = deadline;
    }

    @Override
    public void upload(String directory, Bundle bundle, Progress progress) {
        Path at = resolve(directory);
        DirectoryDisk.requireWritable(root);
        UploadPlace place = new UploadPlace(root, at, disk, owner.map(GivenTree::new));
        new DirectoryUpload(place, deadline, progress).write(bundle);
    }

    @Override
    public Bundle download(String directory) {
        Path path = resolve(directory);
        if (!Files.isDirectory(path)) {
            throw new PermanentException(Reason.TARGET_NOT_FOUND, "there is no directory " + path + " to read");
        }
        return new DirectoryBundle(path, deadline);
    }

    @Override
    public ScriptResult run(FileScript script) {
        DirectorySteps steps = new DirectorySteps(root, disk, deadline);
        int index = 0;
        deadline.check("the script on " + root);
        DirectoryDisk.requireWritable(root);
        try {
            disk.makeDirectories(root);
        } catch (IOException e) {
            return new ScriptResult.Failed(0, DirectoryDisk.reason(e), "making " + root + " failed: " + e);
        }
        try {
            for (FileStep step : script.steps()) {
                deadline.check("the script on " + root);
                steps.perform(step);
                index++;
            }
            steps.force();
        } catch (IOException e) {
            int failed = Math.min(index, script.steps().size() - 1);
            return new ScriptResult.Failed(
                    failed, DirectoryDisk.reason(e), script.steps().get(failed) + " failed: " + e);
        } finally {
            // Where it broke off, what was done stays done.
            steps.forceIfPossible();
        }
        return steps.completed();
    }

    @Override
    public boolean requiresLinks() {
        return true;
    }

    @Override
    public Optional<Entry> stat(String path) {
        Path at = resolve(path);
        deadline.check("looking at " + at);
        return look(at);
    }

    private static Optional<Entry> look(Path at) {
        try {
            return Optional.of(entry(at));
        } catch (IOException e) {
            return absentOr("looking at " + at, e, Optional.empty());
        }
    }

    @Override
    public List<Entry> list(String directory) {
        Path at = resolve(directory);
        deadline.check("listing " + at);
        List<Entry> entries = new ArrayList<>();
        try {
            for (Path child : DirectoryDisk.children(at)) {
                deadline.check("listing " + at);
                look(child).ifPresent(entries::add);
            }
            return entries;
        } catch (IOException e) {
            throw DirectoryDisk.failure("listing " + at, e);
        }
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        Path at = resolve(path);
        deadline.check("reading " + at);
        try {
            if (!Files.readAttributes(at, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                return Optional.empty();
            }
            byte[] content;
            try (InputStream in = Files.newInputStream(at, LinkOption.NOFOLLOW_LINKS)) {
                content = in.readNBytes(maxBytes);
                if (in.read() >= 0) {
                    throw new PermanentException(
                            Reason.TOO_LARGE, at + " is larger than the " + maxBytes + " bytes that are read of it");
                }
            }
            return Optional.of(content);
        } catch (IOException e) {
            return absentOr("reading " + at, e, Optional.empty());
        }
    }

    @Override
    public void close() {}

    private Path resolve(String path) {
        return DirectoryDisk.below(root, FileStep.Paths.check(path));
    }

    private static <T> T absentOr(String what, IOException e, T absent) {
        if (DirectoryDisk.isAbsence(e)) {
            return absent;
        }
        throw DirectoryDisk.failure(what, e);
    }

    private static Entry entry(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String name = String.valueOf(path.getFileName());
        if (attributes.isSymbolicLink()) {
            return new Entry(
                    name,
                    Entry.Kind.LINK,
                    Optional.of(Files.readSymbolicLink(path).toString()));
        }
        Entry.Kind kind = attributes.isDirectory()
                ? Entry.Kind.DIRECTORY
                : attributes.isRegularFile() ? Entry.Kind.FILE : Entry.Kind.OTHER;
        return new Entry(name, kind, Optional.empty());
    }
}
