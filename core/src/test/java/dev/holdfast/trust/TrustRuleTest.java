package dev.holdfast.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Upstream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which rule concerns which source. */
final class TrustRuleTest {

    private static final Upstream UPSTREAM =
            new Upstream("github", "https://github.com/acme/greeter.git", "github.com");

    private static Optional<String> rule(TrustPolicy policy, String source) {
        return policy.concerning(Source.parse(source), UPSTREAM).map(TrustRule::name);
    }

    @Test
    void theFirstRuleThatConcernsASourceCounts() {
        TrustPolicy policy =
                TrustPolicy.of(TrustRule.pinned("ours", "github://acme/*"), TrustRule.pinned("others", "*"));

        assertThat(rule(policy, "github://acme/greeter#tag:v1")).contains("ours");
        assertThat(rule(policy, "local://greeter")).contains("others");
    }

    @Test
    void anotherCaseOfLettersIsNoWayAroundARule() {
        assertThat(rule(TrustPolicy.of(TrustRule.pinned("ours", "github://acme/*")), "github://ACME/Greeter"))
                .contains("ours");
    }

    @Test
    void aRuleMayNameTheRepositoryWhateverTheScheme() {
        assertThat(rule(
                        TrustPolicy.of(TrustRule.pinned("ours", "https://github.com/acme/*")),
                        "git+https://github.com/acme/greeter.git"))
                .contains("ours");
    }

    @Test
    void aRuleThatProvesNothingIsRefused() {
        assertThatThrownBy(() -> TrustRule.pinned("x", "*").by("alice@example.org"))
                .isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> TrustPolicy.of(TrustRule.pinned("x", "*"), TrustRule.pinned("x", "a*")))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("a name of its own");
    }
}
