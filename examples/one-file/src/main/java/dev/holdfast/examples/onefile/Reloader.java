package dev.holdfast.examples.onefile;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.TestHoldfast;
import java.util.Map;

/** Tells a workspace when to load its plugins again, and spares it where only documentation has changed. */
public final class Reloader {

    private Reloader() {}

    /** Takes no arguments. */
    public static void main(String... args) {
        try (TestHoldfast test = TestHoldfast.create(
                "github", builder -> builder.reloader(Reloader::reload).reloadRule(Reloader::needsReload))) {
            Holdfast holdfast = test.holdfast();
            test.upstream("acme/greeter").release("v1.0.0", Map.of("main.js", "hello()", "README.md", "Greets."));
            holdfast.install(InstallRequest.of(
                            WorkspaceId.of("ws-42"),
                            Source.parse("github://acme/greeter#tag:v1.0.0"),
                            TargetAddress.parse("dir:///srv/plugins"))
                    .track(TrackedRef.latestTag()));

            test.upstream("acme/greeter").release("v1.0.1", Map.of("main.js", "hello()", "README.md", "Greets well."));
            applyAll(test);
            test.upstream("acme/greeter").release("v1.1.0", Map.of("main.js", "hi()", "README.md", "Greets well."));
            applyAll(test);
        }
    }

    private static void applyAll(TestHoldfast test) {
        test.sweep();
        test.holdfast().updates().pending().forEach(update -> {
            System.out.println("Applying " + update.version().orElseThrow());
            test.holdfast().updates().apply(update.id(), update.to(), "alice");
        });
    }

    private static boolean needsReload(FileDifference difference) {
        boolean code = difference.paths().anyMatch(path -> !path.endsWith(".md"));
        System.out.println("Changed: " + difference.paths().toList() + ", reload needed: " + code);
        return code;
    }

    private static void reload(WorkspaceId workspace, Change change, Deadline deadline) {
        System.out.println("Reloading " + workspace + " after the " + change.kind() + " of " + change.plugin());
    }
}
