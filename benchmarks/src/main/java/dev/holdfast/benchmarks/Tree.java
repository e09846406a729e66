package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A tree of files on disk that both sides of a comparison read.
 *
 * @param directory where it is
 * @param files the paths of its files relative to it, sorted
 * @param fileBytes the size of each
 */
record Tree(Path directory, List<String> files, int fileBytes) {

    private static final int TO_A_DIRECTORY = 20;

    /** Makes a tree of so many files of random content, twenty to a directory. */
    static Tree make(Path directory, int count, int fileBytes) throws IOException {
        Random random = new Random(count);
        byte[] content = new byte[fileBytes];
        List<String> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String path = String.format("d%03d/f%04d.bin", i / TO_A_DIRECTORY, i);
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            random.nextBytes(content);
            Files.write(file, content);
            files.add(path);
        }
        return new Tree(directory, List.copyOf(files), fileBytes);
    }

    long bytes() {
        return (long) files.size() * fileBytes;
    }
}
