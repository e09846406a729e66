package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

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

    /** Makes a copy of which every file whose number is a multiple of {@code every} has other content. */
    Tree changed(Path copy, int every) throws IOException {
        Command.run(Path.of("/"), "cp", "-a", directory.toString(), copy.toString());
        for (String path : changing(every)) {
            byte[] content = Files.readAllBytes(copy.resolve(path));
            content[content.length / 2] ^= 1;
            Files.write(copy.resolve(path), content);
        }
        return new Tree(copy, files, fileBytes);
    }

    /** Returns the files that {@link #changed} changes. */
    List<String> changing(int every) {
        return IntStream.range(0, files.size())
                .filter(i -> i % every == 0)
                .mapToObj(files::get)
                .toList();
    }

    long bytes() {
        return (long) files.size() * fileBytes;
    }
}
