package dev.holdfast.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of {@code docs/trust.md}, made by git and ssh-keygen, and judged by them too where they have the question.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class TrustCasesTest {

    private static final String HEAD = "| case | asked for | Holdfast | git |\n|---|---|---|---|\n";

    private List<TrustCase> cases;
    private SignedRepository oracle;

    @BeforeAll
    void makeThem(@TempDir Path directory, @TempDir Path other) {
        cases = TrustCases.on(directory);
        oracle = new SignedRepository(other);
    }

    List<TrustCase> cases() {
        return cases;
    }

    Stream<TrustCase> askedOfGit() {
        return cases.stream().filter(row -> row.git().isPresent());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aCaseComesOutAsTheTableSays(TrustCase row) {
        if (row.expected().equals("good")) {
            assertThat(row.check().judge(row.evidence()).fingerprint()).startsWith("SHA256:");
        } else {
            assertThatThrownBy(() -> row.check().judge(row.evidence()))
                    .isInstanceOfSatisfying(
                            PermanentException.class,
                            refused -> assertThat(refused.reason().name())
                                    .as(String.valueOf(refused.getMessage()))
                                    .isEqualTo(row.expected()));
        }
    }

    @ParameterizedTest
    @MethodSource("askedOfGit")
    void gitSaysTheSameWhereItHasTheQuestion(TrustCase row) {
        boolean accepts = oracle.gitAccepts(row.signed(), row.signers(), row.revoked());

        assertThat(accepts).isEqualTo(row.git().orElseThrow());
    }

    @Test
    void theManualHasTheSameTable() throws IOException {
        Path manual = Stream.of("../docs/trust.md", "docs/trust.md")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();

        assertThat(Files.readString(manual))
                .contains(HEAD + cases.stream().map(TrustCase::row).collect(Collectors.joining("\n")));
    }
}
