package dev.holdfast.examples.e2e;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Path;

/** The program that {@link LargeBundleIT} runs in a JVM with little memory: installs one source into one place. */
final class LargeInstall {

    private LargeInstall() {}

    public static void main(String[] arguments) throws IOException {
        try (JGitResolver git = JGitResolver.builder(Path.of(arguments[0]))
                        .allowHttp(arguments[1])
                        .build();
                var docker = DockerClients.connect();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(git)
                        .target(DirectoryTarget.create())
                        .target(DockerTarget.over(docker))
                        .store(InMemoryTrackingStore.create())
                        .build()) {
            ChangeReport report = holdfast.install(InstallRequest.of(
                    WorkspaceId.of("ws-1"), Source.parse(arguments[2]), TargetAddress.parse(arguments[3])));
            System.out.println("installed " + report.now().orElseThrow().revision());
        }
    }
}
