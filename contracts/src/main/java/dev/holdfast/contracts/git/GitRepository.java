package dev.holdfast.contracts.git;

import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.testkit.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A bare repository on disk, driven by the git program. Settings and hooks of whoever runs the test play no part.
 *
 * <p>It is a {@link SourceFixture.Versioned} for the source it was given.
 */
public final class GitRepository implements SourceFixture.Versioned {

    private final Path directory;
    private final Path work;
    private final Source source;
    private long commits;

    private GitRepository(Path directory, Path work, Source source) {
        this.directory = directory;
        this.work = work;
        this.source = source;
    }

    /**
     * Creates an empty repository with {@code main} as its default line.
     *
     * @param directory where; its name ends in {@code .git} by custom
     * @param source how resolvers reach it
     */
    public static GitRepository create(Path directory, Source source) {
        try {
            Files.createDirectories(directory);
            Path work = Files.createDirectories(directory.resolveSibling(directory.getFileName() + ".work"));
            GitRepository repository = new GitRepository(directory, work, source);
            repository.run(new byte[0], List.of("git", "init", "-q", "--bare", "-b", "main", directory.toString()));
            repository.git("config", "uploadpack.allowFilter", "true");
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns where it is. */
    public Path directory() {
        return directory;
    }

    /** Returns the directory whose content {@link #commitAll} commits. */
    public Path work() {
        return work;
    }

    @Override
    public Source source() {
        return source;
    }

    @Override
    public Revision commit(Map<String, String> files) {
        FileTree.replace(work, files);
        return commitAll();
    }

    /** Commits what stands in {@link #work} to the default line. */
    public Revision commitAll() {
        git("add", "-A", "-f", ".");
        git("commit", "-q", "--allow-empty", "-m", "Commit " + ++commits);
        return Revision.of(git("rev-parse", "HEAD"));
    }

    /** Makes a commit without parents of any tree, and returns it; no ref names it. */
    public Revision commitTree(String tree) {
        return Revision.of(git("commit-tree", "-m", "Tree " + tree, tree));
    }

    @Override
    public void tag(String name, Revision revision) {
        git("tag", "-f", name, revision.value());
    }

    @Override
    public void annotatedTag(String name, Revision revision) {
        git("tag", "-f", "-a", "-m", name, name, revision.value());
    }

    @Override
    public void branch(String name, Revision revision) {
        git("update-ref", "refs/heads/" + name, revision.value());
    }

    @Override
    public void removeTag(String name) {
        git("tag", "-d", name);
    }

    /** Runs git on this repository and returns what it prints, without the last line end. */
    public String git(String... arguments) {
        return gitWithInput(new byte[0], arguments);
    }

    /** As {@link #git}, with standard input. */
    public String gitWithInput(byte[] input, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("git", "--git-dir=" + directory, "--work-tree=" + work, "-c", "core.autocrlf=false"));
        command.addAll(List.of(arguments));
        return run(input, command);
    }

    private String run(byte[] input, List<String> command) {
        try {
            Process process = process(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
            return output.stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted in " + command, e);
        }
    }

    private ProcessBuilder process(List<String> command) {
        ProcessBuilder process = new ProcessBuilder(command).directory(work.toFile());
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("GIT_"));
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_AUTHOR_NAME", "Test");
        environment.put("GIT_AUTHOR_EMAIL", "test@example.com");
        environment.put("GIT_COMMITTER_NAME", "Test");
        environment.put("GIT_COMMITTER_EMAIL", "test@example.com");
        String date = "2026-01-01T00:00:00Z";
        environment.put("GIT_AUTHOR_DATE", date);
        environment.put("GIT_COMMITTER_DATE", date);
        return process;
    }
}
