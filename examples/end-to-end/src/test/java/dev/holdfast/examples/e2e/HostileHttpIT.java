package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same trees from a real server: what was refused on disk is refused here, and for the same reason. */
@Needs(Facility.GIT_HTTP)
final class HostileHttpIT {

    private static final AtomicInteger NEXT = new AtomicInteger();

    @TempDir
    private static Path server;

    @TempDir
    private Path directory;

    private static GitHttpServer git;

    @BeforeAll
    static void startGit() {
        git = GitHttpServer.start(server);
    }

    @AfterAll
    static void stopGit() {
        git.close();
    }

    /** All but the entry without a name: git's own server gives up on that one. */
    static List<HostileTrees.Tree> trees() {
        return HostileTrees.trees().stream()
                .filter(tree -> !tree.name().equals("entry ''"))
                .toList();
    }

    static List<HostileTrees.Tree> slice() {
        return trees().stream()
                .filter(tree -> List.of("entry '..'", "submodule", "marker", "absolute link")
                        .contains(tree.name()))
                .toList();
    }

    @Tag("hostile")
    @ParameterizedTest(name = "{0}")
    @MethodSource("trees")
    void isRefusedOverHttp(HostileTrees.Tree tree) {
        assertRefused(tree);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slice")
    void someAreRefusedOverHttp(HostileTrees.Tree tree) {
        assertRefused(tree);
    }

    private void assertRefused(HostileTrees.Tree tree) {
        GitRepository repository = git.repository("acme/hostile-" + NEXT.incrementAndGet());
        GitObjects objects = GitObjects.in(repository.directory());
        objects.commit(tree.tree().apply(objects));

        try (HostilePlace place = new HostilePlace(directory, git.host())) {
            place.assertRefused(
                    Source.parse(repository.source().toString().replaceFirst("#.*", "#ref:main")), tree.reason(), "");
        }
    }
}
