package dev.holdfast.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.trust.GitObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One byte is another: the object is refused with a reason, whichever byte it is. */
final class AlteredSignatureTest {

    private static final Set<Reason> REFUSALS =
            Set.of(Reason.UNSIGNED, Reason.SIGNATURE_REFUSED, Reason.SIGNER_REFUSED);

    @Test
    void noByteOfASignedCommitCanBeAnotherOne(@TempDir Path directory) {
        SignedRepository repository = new SignedRepository(directory);
        Path key = repository.key("alice", "-t", "ed25519");
        byte[] content =
                repository.commitObject(repository.commit("Signed", key)).content();
        TrustCase whole = TrustCase.of("altered", Proof.SIGNED_COMMIT, "alice " + SignedRepository.line(key));
        List<Integer> accepted = new ArrayList<>();

        for (int i = 0; i < content.length; i++) {
            byte[] altered = content.clone();
            altered[i] ^= 1;
            if (isAccepted(whole.commit(GitObject.commit(altered)))) {
                accepted.add(i);
            }
        }

        assertThat(accepted).isEmpty();
        assertThat(isAccepted(whole.commit(GitObject.commit(content)))).isTrue();
    }

    private static boolean isAccepted(TrustCase row) {
        try {
            row.check().judge(row.evidence());
            return true;
        } catch (PermanentException refused) {
            assertThat(refused.reason()).isIn(REFUSALS);
            return false;
        }
    }
}
