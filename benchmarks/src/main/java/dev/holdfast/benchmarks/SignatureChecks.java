package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import dev.holdfast.spi.trust.GitObject;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.trust.AllowedSigners;
import dev.holdfast.trust.Trust;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.trust.TrustRule;
import dev.holdfast.trust.TrustSubject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judging one signed commit by a rule, evidence at hand: 100 at a time, beside the bare check of a signature of that
 * kind by the JDK. In processor time of the thread, since both only compute.
 */
final class SignatureChecks {

    private static final int AT_A_TIME = 100;
    private static final double MOST_MILLIS = 10;
    private static final Source SOURCE = Source.parse("github://acme/greeter");

    private static final Map<String, List<String>> KINDS = kinds();

    private final int rounds;

    SignatureChecks(int rounds) {
        this.rounds = rounds;
    }

    private static Map<String, List<String>> kinds() {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put("ed25519", List.of("-t", "ed25519"));
        kinds.put("rsa-3072", List.of("-t", "rsa", "-b", "3072"));
        kinds.put("ecdsa-256", List.of("-t", "ecdsa", "-b", "256"));
        kinds.put("ecdsa-384", List.of("-t", "ecdsa", "-b", "384"));
        kinds.put("ecdsa-521", List.of("-t", "ecdsa", "-b", "521"));
        return kinds;
    }

    void measure(Report report) throws IOException {
        try (Scratch scratch = Scratch.make()) {
            Command.run(scratch.directory(), "git", "init", "-q", "-b", "main", "repo");
            Rounds all = new Rounds(rounds);
            for (String kind : KINDS.keySet()) {
                Signed signed = Signed.of(scratch.directory(), kind);
                Trust trust = signed.trust();
                Bare bare = Bare.of(kind);
                all.way(kind, () -> processor(() -> signed.judge(trust)));
                all.way("JDK alone, " + kind, () -> processor(bare::verify));
            }
            Timings timings = all.measure();
            report.timings(
                    "Judging " + AT_A_TIME
                            + " signed commits, and as many signatures by the JDK alone, in processor time",
                    timings);
            for (String kind : KINDS.keySet()) {
                double one = timings.median(kind) / AT_A_TIME;
                report.ratioAtMost("trust-millis-" + kind + "/1", one, MOST_MILLIS);
                report.ratio("trust-" + kind + "/jdk", timings.ratio(kind, "JDK alone, " + kind));
            }
        }
    }

    private static long processor(Runnable once) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < AT_A_TIME; i++) {
            once.run();
        }
        return threads.getCurrentThreadCpuTime() - before;
    }

    /** A key of that kind and a signature, made by the JDK. */
    private record Bare(PublicKey key, String algorithm, List<Byte> signature) {

        private static final byte[] MESSAGE = new byte[64];

        static Bare of(String kind) {
            try {
                String bits = kind.replaceAll(".*-", "");
                boolean curve = kind.startsWith("ecdsa");
                String algorithm = curve
                        ? "SHA" + (bits.equals("521") ? "512" : bits) + "withECDSA"
                        : kind.startsWith("rsa") ? "SHA512withRSA" : "Ed25519";
                KeyPairGenerator generator =
                        KeyPairGenerator.getInstance(curve ? "EC" : kind.startsWith("rsa") ? "RSA" : "Ed25519");
                if (curve) {
                    generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
                } else if (kind.startsWith("rsa")) {
                    generator.initialize(Integer.parseInt(bits));
                }
                KeyPair pair = generator.generateKeyPair();
                Signature signing = Signature.getInstance(algorithm);
                signing.initSign(pair.getPrivate());
                signing.update(MESSAGE);
                List<Byte> signature = new ArrayList<>();
                for (byte each : signing.sign()) {
                    signature.add(each);
                }
                return new Bare(pair.getPublic(), algorithm, List.copyOf(signature));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        void verify() {
            try {
                Signature check = Signature.getInstance(algorithm);
                check.initVerify(key);
                check.update(MESSAGE);
                byte[] bytes = new byte[signature.size()];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = signature.get(i);
                }
                if (!check.verify(bytes)) {
                    throw new IllegalStateException("a good signature was refused");
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A commit that ssh-keygen has signed, and the list with its key. */
    private record Signed(GitObject commit, Path allowed) {

        static Signed of(Path directory, String kind) throws IOException {
            Path key = directory.resolve(kind);
            String[] make = {"ssh-keygen", "-q", "-N", "", "-C", kind, "-f", key.toString()};
            List<String> type = Optional.ofNullable(KINDS.get(kind)).orElseThrow();
            String[] command = new String[make.length + type.size()];
            System.arraycopy(make, 0, command, 0, make.length);
            System.arraycopy(type.toArray(), 0, command, make.length, type.size());
            Command.run(directory, command);
            Path repository = directory.resolve("repo");
            Command.run(
                    repository,
                    "git",
                    "-c",
                    "user.name=Test",
                    "-c",
                    "user.email=test@example.com",
                    "-c",
                    "gpg.format=ssh",
                    "-c",
                    "user.signingkey=" + key,
                    "commit",
                    "-q",
                    "--allow-empty",
                    "-S",
                    "-m",
                    "Signed with " + kind);
            byte[] content = (Command.run(repository, "git", "cat-file", "commit", "HEAD") + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            Path allowed = Files.writeString(
                    directory.resolve(kind + ".allowed"),
                    "test@example.com " + Files.readString(Path.of(key + ".pub")));
            return new Signed(GitObject.commit(content), allowed);
        }

        Trust trust() {
            InMemoryTrackingStore store = InMemoryTrackingStore.create();
            TrustRule rule = TrustRule.signed("acme", "github://acme/*", AllowedSigners.file(allowed));
            return new Trust(
                    new Trust.Rules(TrustPolicy.of(rule), Optional.empty(), 1, 1),
                    new Shown(commit),
                    store.trust(),
                    store.audit(),
                    Clock.systemUTC());
        }

        void judge(Trust trust) {
            Origin origin = new Origin(
                    SOURCE,
                    TrackedRef.parse("ref:main"),
                    new Upstream("github", "https://github.com/acme/greeter.git", "github.com"));
            TrustSubject subject = new TrustSubject(
                    InstallKey.of("ws", "greeter"), origin, Revision.of(commit.id()), Optional.empty(), "benchmark");
            if (!trust.look(subject, Deadline.after(Duration.ofMinutes(1))).passes()) {
                throw new IllegalStateException("a good signature was refused");
            }
        }
    }

    private record Shown(GitObject commit) implements EvidenceSource {

        @Override
        public Evidence evidence(Question question, Deadline deadline) {
            return new Evidence(Optional.of(commit), Optional.empty());
        }

        @Override
        public Set<Revision> roots(Upstream upstream, Revision revision, Deadline deadline) {
            return Set.of();
        }
    }
}
