package dev.holdfast.examples.cli;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent.AuditSealed;
import dev.holdfast.HoldfastListener;
import dev.holdfast.InstallRequest;
import dev.holdfast.audit.AuditCheckpoint;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.delivery.docker.DockerRefresher;
import dev.holdfast.delivery.docker.DockerRuntime;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.delivery.docker.RegistryDigests;
import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.resolver.jgit.Credentials;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.spi.trust.Admission.Decision;
import dev.holdfast.spi.trust.Candidate.CandidateFile;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.trust.AllowedSigners;
import dev.holdfast.trust.ImageRule;
import dev.holdfast.trust.ImageTrustPolicy;
import dev.holdfast.trust.Proof;
import dev.holdfast.trust.SigningKeys;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.trust.TrustRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;

/** The code that the README shows, as the compiler sees it. */
final class ReadmeWiring {

    private ReadmeWiring() {}

    /** What a host keeps its secrets in. */
    interface Vault {

        Optional<Credentials> credentials(String host);
    }

    static void wire(DataSource dataSource, Vault vault, DockerClient dockerClient, Logger log) {
        var store = JdbcTrackingStore.over(dataSource);
        store.migrate(); // or run our .sql files with your own tool

        var git = JGitResolver.builder(Path.of("/var/lib/shop/git"))
                .credentials(host -> vault.credentials(host))
                .build();

        try (var holdfast = Holdfast.builder()
                .resolver(git)
                .target(DockerTarget.over(dockerClient))
                .target(DirectoryTarget.create())
                .store(store)
                .sweepEvery(Duration.ofHours(1))
                .listener(event -> log.info("{}", event))
                .build()) {
            holdfast.start();
            holdfast.install(InstallRequest.of(
                            WorkspaceId.of("ws-42"),
                            Source.parse("github://acme/greeter#tag:v1.0.0"),
                            TargetAddress.parse("docker://ws-42/configs/plugins"))
                    .track(TrackedRef.latestTag()));
        }
    }

    static void trust(HoldfastBuilder builder, Scanner scanner) {
        var signers = AllowedSigners.file(Path.of("/etc/shop/allowed_signers"))
                .revokingFile(Path.of("/etc/shop/revoked_keys"));

        builder.trust(TrustPolicy.of(
                        TrustRule.signed("ours", "github://acme/*", signers).asking(Proof.SIGNED_TAG),
                        TrustRule.pinned("others", "*").pinningOrigin()))
                .admission(candidate -> scanner.isClean(candidate.files())
                        ? new Decision.Admit()
                        : new Decision.Refuse("the scanner found something; see its report"));
    }

    static ImageWatcher.Builder images(JdbcTrackingStore store) {
        var keys = SigningKeys.file(Path.of("/etc/shop/cosign.pub"));

        var images = ImageWatcher.builder()
                .digests(RegistryDigests.builder().build())
                .trust(
                        ImageTrustPolicy.of(ImageRule.signed("ours", "registry.example.com/acme/*", keys)),
                        store.audit());
        return images;
    }

    static void seal(HoldfastBuilder builder, Holdfast holdfast, Journal journal, Path kept) throws IOException {
        builder.listener(HoldfastListener.on(AuditSealed.class, event -> journal.append(event.checkpoint())));

        AuditVerification found = holdfast.verifyAudit();
        found.broken().ifPresent(broken -> journal.alarm(broken.kind(), broken.number(), broken.text()));

        holdfast.auditTrail().verify(AuditCheckpoint.parse(Files.readString(kept)));
    }

    /** Where a host keeps what must not be lost. */
    interface Journal {

        void append(AuditCheckpoint checkpoint);

        void alarm(AuditVerification.Kind kind, long number, String text);
    }

    /** What a host looks at files with. */
    interface Scanner {

        boolean isClean(List<CandidateFile> files);
    }

    static void accept(Holdfast holdfast, Upstream upstream, String fingerprint) {
        holdfast.trust()
                .acceptSigner(upstream, fingerprint, "alice", "Bob maintains it from now on; he said so by phone");
    }

    @SuppressWarnings("unused")
    static void decide(Holdfast holdfast) {
        for (Update update : holdfast.updates().pending().toList()) {
            ApplyResult result = holdfast.updates().apply(update.id(), update.to(), "alice");
        }
        holdfast.rollback(InstallKey.of("ws-42", "greeter"), "alice");
    }

    static void reachHosts(HoldfastBuilder builder) {
        var ssh = SshTarget.builder()
                .user("plugins") // for addresses that name none: ssh://ws-42.internal/srv/plugins
                .key(Path.of("/etc/shop/ssh/id_ed25519"))
                .knownHosts(Path.of("/etc/shop/ssh/known_hosts"))
                .build();

        builder.target(ssh); // close ssh after Holdfast
    }

    static void watch(
            HoldfastBuilder builder, JdbcTrackingStore store, DockerClient dockerClient, WorkloadCatalog workloads) {
        var images = ImageWatcher.builder()
                .digests(RegistryDigests.builder().build())
                .refresher(DockerRefresher.over(dockerClient))
                .ledger(store.images())
                .label("com.example.watch") // or .image(ImageReference.parse("acme/web:latest"))
                .policy(UpdatePolicy.manual()); // queued like a plugin's update; by default refreshed at once

        var containers = ContainerReconciler.builder()
                .runtime(DockerRuntime.over(dockerClient, "node-1"))
                .index(store.containers())
                .catalog(workloads); // the host's mapping of containers to owners

        builder.images(images).containers(containers); // before .build(): they start and close with it
    }
}
