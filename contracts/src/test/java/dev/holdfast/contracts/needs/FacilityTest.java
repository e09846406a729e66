package dev.holdfast.contracts.needs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class FacilityTest {

    @Test
    @Needs(Facility.GIT_HTTP)
    void aPresentGitServerIsFoundWithItsBackend() {
        assertThat(Facility.GIT_HTTP.missing(System.getenv())).isEmpty();
    }

    @Test
    void aGitServerWithoutGitIsAbsent() {
        assertThat(Facility.GIT_HTTP.missing(Map.of()))
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("no executable git "));
    }

    @Test
    @Needs(Facility.SSHD)
    void sshdIsFoundOutsideAnOrdinaryPath() {
        assertThat(Facility.SSHD.missing(Map.of("PATH", "/usr/bin"))).isEmpty();
    }

    @Test
    @Needs(Facility.DOCKER)
    void aPresentEngineAnswers() {
        assertThat(Facility.DOCKER.missing(System.getenv())).isEmpty();
    }
}
