package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.examples.cli.CommandLineFixture.Run;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageRefresher;
import dev.holdfast.testkit.ScriptedImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands about images and containers. */
final class ImageCommandsTest {

    private static final String WEB = "registry.example/acme/web:latest";

    @TempDir
    private Path directory;

    private final MemoryDatabase database = new MemoryDatabase();
    private final ScriptedImages images = new ScriptedImages();
    private CommandLineFixture cli;

    @BeforeEach
    void twoContainersRunTheFirstImage() {
        images.push(WEB, 1).runs("web-1", WEB, 1).runs("web-2", WEB, 1);
        cli = new CommandLineFixture(directory, database, new Images() {
            @Override
            public ImageRefresher engine(DockerAccess docker) {
                return images;
            }

            @Override
            public ImageDigests registries(List<String> plainHttp) {
                return images;
            }
        });
    }

    @Test
    void whatContainersRunIsListedWithoutAskingARegistry() throws IOException {
        assertThat(cli.run("images", "list").out()).contains(WEB, "not watched");
        JsonNode item = cli.run("images", "list", "--json").json().at("/items/0");

        assertThat(item.get("containers")).extracting(JsonNode::asText).containsExactly("web-1", "web-2");
        assertThat(item.get("runs").get(0).asText())
                .isEqualTo(ScriptedImages.digest(1).value());
        assertThat(item.get("phase").isNull()).isTrue();
        assertThat(images.asked).isEmpty();
    }

    @Test
    void aRefreshReplacesWhatIsStaleAndIsAudited() throws IOException {
        images.push(WEB, 2);

        Run run = cli.run("images", "refresh", WEB);

        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("refreshed", "2");
        assertThat(images.refreshed).containsExactlyInAnyOrder("web-1", "web-2");
        assertThat(cli.run("audit").out()).contains("refresh", "olivia");
        assertThat(cli.run("images", "list", "--json")
                        .json()
                        .at("/items/0/phase")
                        .asText())
                .isEqualTo("committed");
        assertThat(cli.run("images", "refresh", WEB, "--json")
                        .json()
                        .at("/items/0/outcome")
                        .asText())
                .isEqualTo("current");
    }

    @Test
    void aPullReplacesNoContainer() throws IOException {
        images.push(WEB, 2);

        Run run = cli.run("images", "pull", WEB, "--json");

        assertThat(run.exit()).isZero();
        assertThat(run.json().at("/items/0/outcome").asText()).isEqualTo("pulled");
        assertThat(images.refreshed).isEmpty();
        assertThat(images.pulled).hasSize(1);
    }

    @Test
    void exitCodesSayWhatToDoNext() {
        assertThat(cli.run("images", "refresh", "registry.example/acme/other:latest")
                        .exit())
                .isEqualTo(5);
        assertThat(cli.run("images", "refresh").exit()).isEqualTo(2);
        assertThat(cli.run("images", "refresh", "Not An Image").exit()).isEqualTo(2);
        images.fails(WEB, new TransientException(Reason.UNREACHABLE, "no route to the registry"));

        Run failed = cli.run("images", "refresh", WEB);

        assertThat(failed.exit()).isEqualTo(4);
        assertThat(failed.out()).contains("no route to the registry");
    }

    @Test
    void theContainersThatHostsHaveIndexedAreListed() throws IOException {
        assertThat(cli.run("containers", "list").out()).contains("No such container is indexed.");
        database.containers.register(
                ContainerKey.parse("node-1/shop/worker/1"),
                "service",
                ContainerFacts.created("c1", "shop-worker-1", WEB),
                "");

        assertThat(cli.run("containers", "list").out()).contains("node-1/shop/worker/1", "shop-worker-1", "created");
        JsonNode item = cli.run("containers", "list", "--workload", "shop", "--status", "created", "--json")
                .json()
                .at("/items/0");
        assertThat(item.get("workload").asText()).isEqualTo("shop");
        assertThat(item.get("state").asText()).isEqualTo(Json.word(ContainerState.CREATED));
        assertThat(cli.run("containers", "list", "--status", "missing", "--json")
                        .json()
                        .get("items"))
                .isEmpty();
        assertThat(cli.run("containers", "list", "--status", "lost").exit()).isEqualTo(2);
    }
}
