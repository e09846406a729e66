package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often a whole delivery calls the engine; who adds a call sees it here. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DeliveryCallsIT {

    private static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());
    private static final List<String> OPENED = List.of("GET json");
    private static final List<String> UPLOADED = List.of("GET archive", "PUT archive");
    private static final List<String> SCRIPT = List.of("POST exec", "POST start");

    private static DockerClient client;
    private static Busybox workspace;

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");

    @BeforeAll
    static void startWorkspace() {
        client = ToldClient.telling(request -> CALLS.add(request.method() + " "
                + request.path().replaceFirst("\\?.*", "").replaceFirst(".*/", "")));
        workspace = Busybox.start(client);
        workspace.sh("mkdir -p /srv");
    }

    @AfterAll
    static void removeWorkspace() throws IOException {
        workspace.close();
        client.close();
    }

    @BeforeEach
    void release() {
        sources.branch(
                "greeter",
                "main",
                sources.commit("greeter", Map.of("SKILL.md", "one", "large", "x".repeat(2_000_000))));
    }

    private static List<String> all(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private List<String> install(Holdfast holdfast, String path) {
        CALLS.clear();
        holdfast.install(InstallRequest.of(
                WorkspaceId.of("ws-1"), Source.parse("scripted://greeter#ref:main"), workspace.address(path)));
        return List.copyOf(CALLS);
    }

    private Holdfast holdfast(Reuse reuse) {
        return Holdfast.builder()
                .store(InMemoryTrackingStore.create())
                .resolver(sources)
                .target(DockerTarget.over(client))
                .reuse(reuse)
                .build();
    }

    @Test
    void aFirstInstallTakesEightCallsAndAnUpgradeFive() {
        try (Holdfast holdfast = holdfast(Reuse.off())) {
            List<String> installed = install(holdfast, "/srv/plain");
            sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", "two")));
            List<String> upgraded = install(holdfast, "/srv/plain");

            List<String> shell = List.of("HEAD archive");
            List<String> nothingThere = List.of("GET archive", "HEAD archive", "HEAD archive", "PUT archive");
            assertThat(installed).isEqualTo(all(List.of(OPENED, shell, nothingThere, SCRIPT)));
            assertThat(upgraded).isEqualTo(all(List.of(OPENED, UPLOADED, SCRIPT)));
        }
    }

    @Test
    void oneThatLinksUnchangedFilesTakesTwoMore() {
        try (Holdfast holdfast = holdfast(Reuse.listed())) {
            install(holdfast, "/srv/linked");
            sources.branch(
                    "greeter",
                    "main",
                    sources.commit("greeter", Map.of("SKILL.md", "two", "large", "x".repeat(2_000_000))));

            assertThat(install(holdfast, "/srv/linked")).isEqualTo(all(List.of(OPENED, SCRIPT, UPLOADED, SCRIPT)));
        }
    }

    /** It was there when a script ran in it. */
    @Test
    void aDirectoryThatIsGoneIsFoundOutAndMadeAgain() {
        try (Holdfast holdfast = holdfast(Reuse.off())) {
            install(holdfast, "/srv/gone");
            workspace.sh("rm -r /srv/gone");
            sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", "two")));

            install(holdfast, "/srv/gone");

            assertThat(workspace.sh("cat /srv/gone/greeter/SKILL.md")).isEqualTo("two");
            sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", "three")));
            assertThat(install(holdfast, "/srv/gone")).isEqualTo(all(List.of(OPENED, UPLOADED, SCRIPT)));
        }
    }
}
