package dev.holdfast.trust.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import dev.holdfast.spi.trust.GitObject;
import dev.holdfast.spi.trust.SignatureVerifier.Answer;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.trust.AllowedSigners;
import dev.holdfast.trust.Judgement;
import dev.holdfast.trust.Trust;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.trust.TrustRule;
import dev.holdfast.trust.TrustSubject;
import dev.holdfast.trust.openpgp.OpenPgpCases.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every OpenPGP case of {@code docs/trust.md}, made by git and gpg, and judged by them too where they have the
 * question.
 */
@Needs(Facility.GPG)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class OpenPgpTrustTest {

    private static final String HEAD = "| OpenPGP | Holdfast | git |\n|---|---|---|\n";
    private static final Source SOURCE = Source.parse("github://acme/greeter");

    private GpgRepository repository;
    private List<Case> cases;

    @BeforeAll
    void makeThem() {
        repository = new GpgRepository();
        cases = OpenPgpCases.on(repository);
    }

    @AfterAll
    void forgetThem() {
        repository.close();
    }

    List<Case> cases() {
        return cases;
    }

    Stream<Case> askedOfGit() {
        return cases.stream().filter(row -> row.git().isPresent());
    }

    /** What a resolver shows of one object. */
    private record Shown(GitObject object) implements EvidenceSource {

        @Override
        public Evidence evidence(Question question, Deadline deadline) {
            return object.kind() == GitObject.Kind.TAG
                    ? new Evidence(Optional.empty(), Optional.of(object))
                    : new Evidence(Optional.of(object), Optional.empty());
        }

        @Override
        public Set<Revision> roots(Upstream upstream, Revision revision, Deadline deadline) {
            return Set.of();
        }
    }

    private static Judgement judged(GitObject object, TrustRule rule) {
        InMemoryTrackingStore store = InMemoryTrackingStore.create();
        Trust trust = new Trust(
                new Trust.Rules(TrustPolicy.of(rule), Optional.empty(), 100, 100),
                new Shown(object),
                store.trust(),
                store.audit(),
                Clock.fixed(OpenPgpCases.NOW, ZoneOffset.UTC));
        boolean tag = object.kind() == GitObject.Kind.TAG;
        String commit = tag
                ? new String(object.content(), StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElseThrow()
                        .substring(7)
                : object.id();
        Origin origin = new Origin(
                SOURCE,
                TrackedRef.parse("tag:v1.0.0"),
                new Upstream("github", "https://github.com/acme/greeter.git", "github.com"));
        TrustSubject subject = new TrustSubject(
                InstallKey.of("ws", "greeter"),
                origin,
                Revision.of(commit),
                tag ? Optional.of("v1.0.0") : Optional.empty(),
                "alice");
        return trust.look(subject, Deadline.after(Duration.ofSeconds(10)));
    }

    private static TrustRule rule(Case row) {
        return TrustRule.signed("acme", "github://acme/*", OpenPgpKeyring.of(row.keys()));
    }

    private Case named(String what) {
        return cases.stream().filter(row -> row.what().equals(what)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aCaseComesOutAsTheTableSays(Case row) {
        Judgement judgement = judged(row.object(), rule(row));

        assertThat(judgement.refused()).as(judgement.text()).isEqualTo(row.reason());
    }

    @ParameterizedTest
    @MethodSource("askedOfGit")
    void gitSaysTheSameWhereItHasTheQuestion(Case row) {
        assertThat(repository.gitAccepts(row.object(), row.keys(), OpenPgpCases.NOW))
                .isEqualTo(row.git().orElseThrow());
    }

    @Test
    void whatIsVerifiedNamesThePrimaryKeyAndItsUser() {
        Verified verified = judged(named("tag signed with a subkey").object(), rule(named("tag signed with a subkey")))
                .verified()
                .orElseThrow();

        assertThat(verified.part()).isEqualTo(SignedPart.TAG);
        assertThat(verified.signer()).isEqualTo("carol@example.org");
        assertThat(verified.fingerprint()).matches("[0-9A-F]{40}");
    }

    @Test
    void aRuleThatNamesSomebodyComparesUserIdsAndAddresses() {
        Case good = cases.get(0);

        assertThat(judged(good.object(), rule(good).by("alice@example.org")).passes())
                .isTrue();
        assertThat(judged(good.object(), rule(good).by("Alice <alice@example.org>"))
                        .passes())
                .isTrue();
        assertThat(judged(good.object(), rule(good).by("example.org")).refused())
                .contains(Reason.SIGNER_REFUSED);
    }

    @Test
    void withoutAKeyringAnOpenPgpSignatureStaysRefusedByName() {
        TrustRule ssh = TrustRule.signed("acme", "github://acme/*", AllowedSigners.parse(""));

        Judgement judgement = judged(cases.get(0).object(), ssh);

        assertThat(judgement.refused()).contains(Reason.SIGNATURE_REFUSED);
        assertThat(judgement.text()).contains("not of the SSH kind");
    }

    /** A few bytes of a signature are not signed themselves, such as the id that says which key to try. */
    @Test
    void whatIsAlteredInASignatureRefusesItOrChangesNothing() {
        GitObject good = cases.get(0).object();
        String text = new String(good.content(), StandardCharsets.ISO_8859_1);
        String block = text.substring(text.indexOf("-----BEGIN"), text.indexOf("-----END") + 27)
                .replace("\n ", "\n");
        byte[] payload = text.replaceFirst("gpgsig [^\n]*\n( [^\n]*\n)*", "").getBytes(StandardCharsets.ISO_8859_1);
        OpenPgpKeyring keyring = OpenPgpKeyring.of(cases.get(0).keys());
        Answer original = keyring.verify(payload, block, OpenPgpCases.NOW);
        assertThat(original).isInstanceOf(Answer.Good.class);
        int taken = 0;
        int from = block.indexOf("\n\n") + 2;
        int until = block.indexOf("\n=");
        for (int i = from; i < until; i++) {
            char other = block.charAt(i) == 'A' ? 'B' : 'A';
            String altered = block.substring(0, i) + other + block.substring(i + 1);

            Answer answer = keyring.verify(payload, altered.replaceFirst("\n=[^\n]*\n", "\n"), OpenPgpCases.NOW);
            if (answer instanceof Answer.Good) {
                taken++;
                assertThat(answer).as("character %s", i).isEqualTo(original);
            }
        }
        assertThat(taken).isLessThan(8);
    }

    @Test
    void whatIsNoKeyringRefusesEverybodyAndIsNotShown(@TempDir Path directory) throws IOException {
        byte[] secret = repository.exportSecret("alice@example.org");
        for (byte[] bad : List.of(secret, new byte[0], "KBXf".getBytes(StandardCharsets.US_ASCII))) {
            assertThatThrownBy(() -> OpenPgpKeyring.of(bad))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("nobody may sign");
        }
        Path file = directory.resolve("ring.gpg");
        OpenPgpKeyring keyring = OpenPgpKeyring.file(file);
        TrustRule rule = TrustRule.signed("acme", "github://acme/*", keyring);
        assertThat(judged(cases.get(0).object(), rule).refused()).contains(Reason.INVALID_VALUE);

        Files.write(file, cases.get(0).keys());

        assertThat(judged(cases.get(0).object(), rule).passes()).isTrue();
    }

    @Test
    void theManualHasTheSameTable() throws IOException {
        Path manual = Stream.of("../docs/trust.md", "docs/trust.md")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();

        assertThat(Files.readString(manual))
                .contains(HEAD + cases.stream().map(Case::row).collect(Collectors.joining("\n")));
    }
}
