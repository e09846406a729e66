package dev.holdfast.contracts.delivery;

import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.testkit.Eventually;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell on a target that reads the plugin {@code greeter} without a pause until it is stopped. Each round reads both
 * of its files by their full paths, then resolves the live path once, by changing into it, and reads both there.
 */
final class LiveReader implements AutoCloseable {

    private static final String STOP = ".reader-stop";
    private static final String STARTED = ".reader-started";
    /** Built-in commands only: a round takes microseconds, so that a gap of microseconds is met. */
    private static final String ROUNDS = """
            cd "$1" && root=$(pwd -P) || exit 1
            exec 2>/dev/null
            : > .reader-started
            reads=0 gaps=0 mixed=0 across=0 swaps=0 last=
            while [ ! -e "$root/.reader-stop" ]; do
              reads=$((reads + 4)) a= b= c= d=
              read -r a < "$root/greeter/one" || gaps=$((gaps + 1))
              read -r b < "$root/greeter/two" || gaps=$((gaps + 1))
              [ "$a" = "$b" ] || [ -z "$a" ] || [ -z "$b" ] || across=$((across + 1))
              if cd -P "$root/greeter"; then
                read -r c < one || gaps=$((gaps + 1))
                read -r d < two || gaps=$((gaps + 1))
                [ "$c" = "$d" ] || [ -z "$c" ] || [ -z "$d" ] || mixed=$((mixed + 1))
                [ "$c" = "$last" ] || [ -z "$last" ] || swaps=$((swaps + 1))
                last=$c
              else gaps=$((gaps + 1))
              fi
              enough && break
            done
            cd "$root"
            echo "reads=$reads gaps=$gaps mixed=$mixed across=$across swaps=$swaps"
            """;

    private static final Pattern FIGURES =
            Pattern.compile("reads=(\\d+) gaps=(\\d+) mixed=(\\d+) across=(\\d+) swaps=(\\d+)");
    private static final int PATIENCE = 30;

    private final String name;
    private final PluginStory story;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<String> output;

    private LiveReader(String name, PluginStory story, Until until, Shell shell) {
        this.name = name;
        this.story = story;
        String enough = "enough() { " + until.condition + "; }\n";
        this.output = thread.submit(() -> shell.output(enough + ROUNDS));
    }

    /** When a reader ends; in any case when the test says so. */
    enum Until {
        /** Not before. */
        STOPPED("false"),
        /** At the first read that found nothing. */
        FIRST_GAP("[ $gaps -gt 0 ]"),
        /** At the first round that saw two versions. */
        FIRST_MIXED("[ $mixed -gt 0 ]");

        private final String condition;

        Until(String condition) {
            this.condition = condition;
        }
    }

    /** Where it runs. */
    interface Shell {

        /** Runs the line with the root of the target as {@code $1}, to its end. */
        String output(String line) throws Exception;
    }

    /**
     * What it saw.
     *
     * @param reads files read
     * @param gaps reads that found nothing
     * @param mixed rounds that saw two versions though the live path was resolved once
     * @param across rounds that saw two versions through two full paths, which readers are told not to do
     * @param swaps how often the version was another than in the round before
     */
    record Figures(long reads, long gaps, long mixed, long across, long swaps) {

        /** Returns how often something was seen that must never be. */
        long findings() {
            return gaps + mixed;
        }
    }

    /** Starts one and returns when it reads. */
    static LiveReader start(String name, PluginStory story, Until until, Shell shell) {
        LiveReader reader = new LiveReader(name, story, until, shell);
        Eventually.isTrue(
                "the reader reads",
                () -> !reader.isReading() || !reader.kind(STARTED).equals("nothing"));
        return reader;
    }

    private String kind(String path) {
        return story.kind(path);
    }

    /** Returns whether it has not ended. */
    boolean isReading() {
        return !output.isDone();
    }

    /** Stops it, prints what it saw beside {@code what}, and returns that. */
    Figures stopped(String what) throws Exception {
        story.onTarget(new FileStep.WriteFile(STOP, ""));
        String said = output.get(PATIENCE, TimeUnit.SECONDS);
        Matcher matcher = FIGURES.matcher(said);
        if (!matcher.find()) {
            throw new AssertionError("the reader said: " + said);
        }
        long[] n = new long[matcher.groupCount()];
        Arrays.setAll(n, i -> Long.parseLong(matcher.group(i + 1)));
        Figures figures = new Figures(n[0], n[1], n[2], n[3], n[4]);
        System.out.println("reader " + name + ", " + what + ": " + figures);
        return figures;
    }

    /** Ends it, also where a test has failed before it was stopped. */
    @Override
    public void close() {
        if (isReading()) {
            story.onTarget(new FileStep.WriteFile(STOP, ""));
        }
        thread.shutdown();
    }
}
