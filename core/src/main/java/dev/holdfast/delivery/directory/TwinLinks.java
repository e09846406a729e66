package dev.holdfast.delivery.directory;

import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.Twin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes files of a bundle as hard links to their twins.
 *
 * @param root the directory that twins are relative to
 */
record TwinLinks(Path root) {

    /**
     * Makes a link, unless that fails for whatever reason: another file system, a limit of names, a file of somebody
     * else. What was linked is looked at afterwards, by its new name: a twin that has changed by then is not taken.
     *
     * @return whether {@code path} is there
     */
    boolean make(BundleEntry.File file, Twin twin, Path path) throws IOException {
        try {
            Files.createLink(path, DirectoryDisk.below(root, twin.path()));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
        if (isTwin(file, twin, path)) {
            return true;
        }
        Files.delete(path);
        return false;
    }

    private static boolean isTwin(BundleEntry.File file, Twin twin, Path path) throws IOException {
        FileFacts found = DirectorySurvey.facts("", path);
        return Files.isRegularFile(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                && found.size() == file.size()
                && found.mode() == (file.executable() ? 0755 : 0644)
                && found.modified() == twin.modified()
                && found.user() == twin.user()
                && found.group() == twin.group();
    }
}
