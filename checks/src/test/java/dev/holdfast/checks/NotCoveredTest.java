package dev.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotCoveredTest {

    private static final Instant BUILD_START = Instant.parse("2026-11-01T10:00:00Z");
    private static final Instant EARLIER = Instant.parse("2026-11-01T09:59:59Z");

    @TempDir
    private Path root;

    @BeforeEach
    void aModuleWithATestThatRan() throws IOException {
        write("core/pom.xml", "");
        write("core/src/test/java/GreeterTest.java", "final class GreeterTest {}");
        report("<testcase classname='GreeterTest' name='greets'/>");
    }

    @Test
    void aBuildThatRanEverythingHasNothingToSay() throws IOException {
        assertThat(lines(Map.of())).isEmpty();
    }

    @Test
    void anAbsentFacilityIsSaidOnceAlthoughTheReportHasItToo() throws IOException {
        write("core/target/not-covered.txt", "DOCKER is absent, so GreeterTest did not run: no engine\n");
        report("<testcase classname='GreeterTest' name='greets'><skipped message='needs DOCKER'/></testcase>");

        assertThat(lines(Map.of())).containsExactly("core: DOCKER is absent, so GreeterTest did not run: no engine");
    }

    @Test
    void anAssumptionThatFailedIsSaid() throws IOException {
        report("<testcase classname='GreeterTest' name='greets'><skipped message='no network'/></testcase>");

        assertThat(lines(Map.of())).containsExactly("core: GreeterTest#greets was skipped: no network");
    }

    @Test
    void whatAnEarlierBuildWroteIsNotSaidAgain() throws IOException {
        Path notes = write("core/target/not-covered.txt", "DOCKER is absent\n");
        Files.setLastModifiedTime(notes, FileTime.from(EARLIER));

        assertThat(lines(Map.of())).isEmpty();
    }

    @Test
    void aModuleWhoseTestsDidNotRunIsSaid() throws IOException {
        Files.setLastModifiedTime(reportFile(), FileTime.from(EARLIER));

        assertThat(lines(Map.of("excludedGroups", "kill"))).containsExactly("core: its tests did not run");
    }

    @Test
    void aModuleWithoutTestsIsNotSaid() throws IOException {
        write("spi/pom.xml", "");
        write("spi/src/main/java/Source.java", "");

        assertThat(lines(Map.of())).isEmpty();
    }

    @Test
    void anExcludedTagIsSaidWhereTestsCarryIt() throws IOException {
        write("core/src/test/java/KillTest.java", "@Tag(\"kill\")");

        assertThat(lines(Map.of("excludedGroups", "kill,once")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("KillTest.java", "tag kill", "-Dgroups=kill"));
    }

    @Test
    void aFilterThatSelectsIsSaid() throws IOException {
        assertThat(lines(Map.of("groups", "kill")))
                .containsExactly("all tests but those tagged kill were left out by -Dgroups");
        assertThat(lines(Map.of("test", "GreeterTest")))
                .containsExactly("all tests but GreeterTest were left out by -Dtest");
    }

    @Test
    void gatesThatWereTurnedOffAreSaid() throws IOException {
        assertThat(lines(Map.of("fast", "true")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("not checked, by -Dfast"));
    }

    private Iterable<String> lines(Map<String, String> filters) throws IOException {
        return new NotCovered(root, BUILD_START, filters).lines();
    }

    private void report(String testCase) throws IOException {
        write(root.relativize(reportFile()).toString(), "<testsuite>" + testCase + "</testsuite>");
    }

    private Path reportFile() {
        return root.resolve("core/target/surefire-reports/TEST-GreeterTest.xml");
    }

    private Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, FileTime.from(BUILD_START));
    }
}
