package dev.holdfast.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Runs the command line in this process, in a directory of its own, as a shell would in another. */
final class CommandLineFixture {

    private final Path directory;
    private final Database database;
    private final Images images;
    private final Map<String, String> env = new HashMap<>(Map.of("USER", "olivia"));
    private boolean terminal;

    CommandLineFixture(Path directory, Database database) {
        this(directory, database, Images.ofDocker());
    }

    CommandLineFixture(Path directory, Database database, Images images) {
        this.directory = directory;
        this.database = database;
        this.images = images;
    }

    /** What one run ended with. */
    record Run(int exit, String out, String err) {

        JsonNode json() throws JsonProcessingException {
            return new ObjectMapper().readTree(out);
        }
    }

    Run run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                env,
                directory,
                terminal,
                Clock.systemUTC());
        int exit = Cli.in(console, database, images).run(args);
        return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** As {@link #run}, with the options that let a {@code local://greeter} be installed from {@code local/}. */
    Run withLocal(String... args) {
        String[] all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--local";
        all[args.length + 1] = "local";
        return run(all);
    }

    Run installGreeter(String... more) {
        String[] args = new String[more.length + 5];
        args[0] = "install";
        args[1] = "--source";
        args[2] = "local://greeter";
        args[3] = "--target";
        args[4] = "plugins";
        System.arraycopy(more, 0, args, 5, more.length);
        return withLocal(args);
    }

    CommandLineFixture onTerminal() {
        terminal = true;
        return this;
    }

    /** Writes what the author of {@code local://greeter} has now. */
    void authorWrites(String greeting) throws IOException {
        Path file = directory.resolve("local/greeter/greeting.txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, greeting);
    }

    /** Puts a file in the place of the directory that plugins are installed into. */
    void targetIsGone() throws IOException {
        Files.move(directory.resolve("plugins"), directory.resolve("elsewhere"));
        Files.writeString(directory.resolve("plugins"), "no directory");
    }

    /** Reads what is live. */
    String live() throws IOException {
        return Files.readString(directory.resolve("plugins/greeter/greeting.txt"));
    }

    Path path(String relative) {
        return directory.resolve(relative);
    }
}
