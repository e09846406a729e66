package dev.holdfast.examples.onefile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each program ends well and says in a few lines what it is meant to show. */
final class OneFileTest {

    @TempDir
    private Path root;

    @FunctionalInterface
    private interface Program {
        void run(String... args) throws Exception;
    }

    static Stream<Arguments> programs() {
        return Stream.of(
                program("GettingStarted", GettingStarted::main, "Rolled back: Say hello."),
                program("Policy", Policy::main, "The policies applied 1 update."),
                program("Rollout", Rollout::main, "Installed later: QUARANTINED"),
                program(
                        "Probation",
                        Probation::main,
                        "put back because it failed its probation: rules.json is no JSON"),
                program("Webhook", Webhook::main, "Push to acme/greeter: asked, queued 1"),
                program("EventReceiver", EventReceiver::main, "Told: dev.holdfast.update-queued ws-42/greeter"),
                program("Reloader", Reloader::main, "Changed: [README.md], reload needed: false"),
                program("ContainerIndexing", ContainerIndexing::main, "  node-1/shop/worker/name-c2 MISSING"),
                program("ImageWatching", ImageWatching::main, "Look: REFRESHED"),
                program("CustomSource", CustomSource::main, "Queued: 1"),
                program("CustomTarget", CustomTarget::main, "Live for beta: Say hello."));
    }

    private static Arguments program(String name, Program program, String line) {
        return Arguments.of(name, program, line);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void theProgramSaysWhatItIsMeantToShow(String name, Program program, String line) throws Exception {
        List<String> said = output(program);

        assertThat(said).as(name).contains(line).hasSizeBetween(5, 15);
    }

    private List<String> output(Program program) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            program.run(root.toString());
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
