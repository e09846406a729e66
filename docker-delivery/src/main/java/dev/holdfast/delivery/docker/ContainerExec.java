package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Programs run in one container, as root: two calls each (create, start), about 50 ms. A shell around the program
 * prints its exit code after all that it printed, behind a word that nobody knows before. Without that end, because the
 * shell was killed or there is none, the engine is asked, which is a third call: what is not known is never guessed.
 */
final class ContainerExec {

    private static final int CANNOT_RUN = 126;
    private static final int NOT_FOUND = 127;
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);
    /** An exit code is at most 255. */
    private static final int MOST_DIGITS = 3;

    private static final String TELLING = "word=$1; shift; \"$@\"; printf '\\0%s %s' \"$word\" \"$?\"";

    private final DockerClient client;
    private final String id;
    private final DockerCalls calls;

    ContainerExec(DockerClient client, String id, DockerCalls calls) {
        this.client = client;
        this.id = id;
        this.calls = calls;
    }

    /** How a program ended. */
    @SuppressWarnings("ArrayRecordComponent")
    record Ended(int exitCode, byte[] output, String errors) {

        /** Returns whether there was no such program, or none that runs. */
        boolean couldNotRun() {
            return exitCode == CANNOT_RUN || exitCode == NOT_FOUND;
        }

        /** Returns all that was said; a runtime that finds no program says so on standard output. */
        String said() {
            return (errors + new String(output, StandardCharsets.UTF_8)).strip();
        }
    }

    /** Says what is done and where, for messages. */
    String at(String what) {
        return calls.at(what);
    }

    Ended run(String what, List<String> command) {
        String word = UUID.randomUUID().toString();
        List<String> telling = new ArrayList<>(List.of("sh", "-c", TELLING, "holdfast", word));
        telling.addAll(command);
        String exec = calls.change(
                what,
                () -> client.execCreateCmd(id)
                        .withUser("0")
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .withCmd(telling.toArray(String[]::new))
                        .exec()
                        .getId());
        Output output = start(what, exec);
        byte[] printed = output.bytes(StreamType.STDOUT);
        return told(word, printed, output.errors())
                .orElseGet(() -> new Ended(calls.ask(what, () -> exitCode(what, exec)), printed, output.errors()));
    }

    /** Returns how the program ended, if what was printed says so to its end. */
    static Optional<Ended> told(String word, byte[] printed, String errors) {
        byte[] end = ("\0" + word + " ").getBytes(StandardCharsets.US_ASCII);
        for (int digits = 1; digits <= MOST_DIGITS; digits++) {
            int at = printed.length - digits - end.length;
            if (at >= 0 && Arrays.equals(printed, at, at + end.length, end, 0, end.length)) {
                String code = new String(printed, at + end.length, digits, StandardCharsets.US_ASCII);
                return code.chars().allMatch(c -> c >= '0' && c <= '9')
                        ? Optional.of(new Ended(Integer.parseInt(code), Arrays.copyOf(printed, at), errors))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Output start(String what, String exec) {
        try (Output output = new Output()) {
            calls.deadline().check(calls.at(what));
            client.execStartCmd(exec).exec(output);
            long left = calls.deadline().remaining().toNanos();
            if (!output.awaitCompletion(left, TimeUnit.NANOSECONDS)) {
                // The program runs on in the container: nobody can take it back.
                throw calls.deadline().timeout(calls.at(what) + " (its outcome is unknown)");
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DockerCalls.interrupted(calls.at(what), e);
        } catch (IOException | RuntimeException e) {
            throw DockerFailure.of(calls.at(what), e);
        }
    }

    /** The stream may end a moment before the engine has noted the exit code. */
    private int exitCode(String what, String exec) {
        while (true) {
            calls.deadline().check(calls.at(what));
            JsonNode state = exec(exec);
            if (!state.path("Running").asBoolean(true) && state.path("ExitCode").isNumber()) {
                return state.path("ExitCode").asInt();
            }
            pause(what);
        }
    }

    private JsonNode exec(String exec) {
        try {
            return EngineAnswer.exec(client, exec);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program may close its output long before it ends: the engine is not asked as fast as it answers. */
    private void pause(String what) {
        LockSupport.parkNanos(BETWEEN_QUESTIONS.toNanos());
        if (Thread.currentThread().isInterrupted()) {
            throw new TransientException(
                    Reason.TIMEOUT, calls.at(what) + " was interrupted; its outcome is unknown, look again");
        }
    }

    /** Collects what a program says, up to a limit; the end of its errors is kept, for the step stands there. */
    private static final class Output extends ResultCallback.Adapter<Frame> {

        /** A marker and a listing of the most files that a release may have. */
        private static final int MOST = 64 * 1024 * 1024;

        private static final int MOST_ERRORS = 64 * 1024;

        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

        /** Copies: the client uses the buffer again for the next frame. */
        @Override
        public synchronized void onNext(Frame frame) {
            byte[] payload = frame.getPayload();
            if (frame.getStreamType() != StreamType.STDERR) {
                if (output.size() + payload.length > MOST) {
                    throw new PermanentException(
                            Reason.TOO_LARGE, "the program in the container printed more than " + MOST + " bytes");
                }
                output.writeBytes(payload);
                return;
            }
            errors.writeBytes(payload);
            if (errors.size() > 2 * MOST_ERRORS) {
                byte[] all = errors.toByteArray();
                errors.reset();
                errors.write(all, all.length - MOST_ERRORS, MOST_ERRORS);
            }
        }

        synchronized byte[] bytes(StreamType type) {
            return (type == StreamType.STDERR ? errors : output).toByteArray();
        }

        String errors() {
            return new String(bytes(StreamType.STDERR), StandardCharsets.UTF_8);
        }
    }
}
