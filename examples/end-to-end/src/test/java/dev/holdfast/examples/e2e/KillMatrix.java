package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.kill.Failpoint;
import dev.holdfast.contracts.kill.KillOperation;
import dev.holdfast.contracts.kill.KillStory;
import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A process dies at every point of every operation, by halting at once, and every tenth by {@code SIGKILL}. Records are
 * in PostgreSQL. This process then recovers, and checks what must hold; see {@link KillStory}.
 */
@Tag("kill")
@ExtendWith(Sample.Given.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KillMatrix {

    private static final int MOST_SPARSE_TABLE = 3;
    private static final AtomicInteger NEXT = new AtomicInteger();

    @TempDir
    private Path scratch;

    private int sampled;

    private final KillTable table = new KillTable(getClass().getSimpleName().replaceFirst("Kill.*", ""));

    /** Returns the target under test. */
    abstract DeliveryTarget target();

    /** Returns an address of that target, by a name that no cell has used. */
    abstract TargetAddress address(String name);

    /** Returns what {@link KillVictim} needs to reach the target, beyond the address. */
    List<String> access() {
        return List.of();
    }

    /** Returns which jars of the class path the victim does not need, as a pattern. */
    abstract String unneeded();

    /** Returns 0 for the target whose cells are quick, and another number for each other one. */
    abstract int turn();

    @AfterAll
    final void writeTable() throws IOException {
        if (sampled <= MOST_SPARSE_TABLE) {
            table.write();
        }
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    final Stream<DynamicTest> aProcessThatDiesLeavesOneWholeVersion(Sample sample) {
        sampled = sample.every();
        return Stream.of(KillOperation.values())
                .flatMap(operation -> points(operation, sample).stream()
                        .map(point -> DynamicTest.dynamicTest(
                                operation + " " + point,
                                () -> table.cell(operation, point, () -> cell(operation, point)))));
    }

    private List<Failpoint> points(KillOperation operation, Sample sample) {
        Cell cell = new Cell();
        try (KillStory story = cell.story()) {
            return story.points(operation).stream()
                    .filter(point -> isAsked(point, sample))
                    .toList();
        }
    }

    /** Of a sparse sample, targets whose cells take seconds are asked half as much, and each at points of its own. */
    private boolean isAsked(Failpoint point, Sample sample) {
        if (turn() == 0 || sample.every() <= MOST_SPARSE_TABLE) {
            return sample.takes(point.number());
        }
        return new Sample(2 * sample.every()).takes(point.number() + turn() * sample.every() / 3);
    }

    private String cell(KillOperation operation, Failpoint point) throws Exception {
        Cell cell = new Cell();
        try (KillStory story = cell.story()) {
            story.prepare(operation);
            boolean sample = point.number() % 10 == 0;

            int status = cell.victim(operation, point, sample ? "kill" : "halt");

            assertThat(status).as(cell.output()).isEqualTo(sample ? KillVictim.KILLED : KillVictim.HALTED);
            assertThat(cell.died).hasContent(point.toString());
            return story.recoverAndCheck(operation);
        }
    }

    /** What one cell has for itself. */
    private final class Cell {

        private final String name = "kill" + NEXT.incrementAndGet();
        private final MutableClock clock = MutableClock.create();
        private final TargetAddress address = address(name);
        private final Path died = scratch.resolve(name + ".died");
        private final Path reloads = scratch.resolve(name + ".reloads");
        private final Path output = scratch.resolve(name + ".output");

        KillStory story() {
            return KillStory.of(target(), address, EndToEndDatabase.store(name, clock), clock, reloads);
        }

        int victim(KillOperation operation, Failpoint point, String how) throws Exception {
            List<String> arguments = new ArrayList<>(List.of(
                    operation.name(),
                    Integer.toString(point.number()),
                    point.name(),
                    how,
                    died.toString(),
                    EndToEndDatabase.url(),
                    name,
                    clock.instant().toString(),
                    address.toString(),
                    reloads.toString()));
            arguments.addAll(access());
            Process victim = ChildJvm.start(KillVictim.class, unneeded(), output, arguments);
            assertThat(victim.waitFor(5, TimeUnit.MINUTES))
                    .as("the victim ends")
                    .isTrue();
            return victim.exitValue();
        }

        String output() throws IOException {
            return Files.readString(output, StandardCharsets.UTF_8);
        }
    }
}
