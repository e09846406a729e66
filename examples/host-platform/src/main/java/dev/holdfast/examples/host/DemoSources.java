package dev.holdfast.examples.host;

import dev.holdfast.spi.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the demo's authors write: some release, one works on a branch, one has taken the repository away. */
final class DemoSources {

    private final Path directory;
    private final DemoRepository greeter;
    private final DemoRepository toolbox;
    private final DemoRepository linter;
    private final DemoRepository archive;

    private DemoSources(Path directory) throws IOException {
        this.directory = directory;
        this.greeter = DemoRepository.init(directory.resolve("greeter"), "Ada Author");
        this.toolbox = DemoRepository.init(directory.resolve("toolbox"), "Tomas Toolsmith");
        this.linter = DemoRepository.init(directory.resolve("linter"), "Lin Tester");
        this.archive = DemoRepository.init(directory.resolve("archive"), "Ari Archivist");
    }

    /** Makes the repositories as they were when the plugins were installed. */
    static DemoSources in(Path directory, Instant now) throws IOException {
        DemoSources sources = new DemoSources(directory);
        sources.repositories().forEach(one -> one.at(now.minus(Duration.ofDays(40))));
        sources.greeter
                .commit(
                        "Say hello",
                        Map.of("plugin.json", manifest("greeter", "1.0.0"), "greet.py", "print('Hello')\n"))
                .commit("Describe the skill", Map.of("SKILL.md", "Greets whoever comes.\n", "legacy.cfg", "shout=1\n"))
                .tag("v1.0.0");
        sources.toolbox
                .commit(
                        "Start the toolbox",
                        Map.of("plugin.json", manifest("toolbox", "2.3.0"), "bin/hammer", "bang\n"))
                .tag("v2.3.0");
        sources.linter.commit("Check spaces", Map.of("plugin.json", manifest("linter", "0.1"), "rules/spaces", "on\n"));
        sources.archive
                .commit("Keep things", Map.of("plugin.json", manifest("archive", "0.9.0")))
                .tag("v0.9.0");
        return sources;
    }

    /** What has happened upstream since. */
    void release(Instant now) throws IOException {
        repositories().forEach(one -> one.at(now.minus(Duration.ofHours(9))));
        greeter.commit("Greet people by their names", Map.of("greet.py", "import names\nprint('Hello', names.who())\n"))
                .commit("Look names up in one place", Map.of("names.py", "def who(): return 'you'\n"))
                .commit("Do not shout any more", Map.of("legacy.cfg", ""))
                .commit("Release 1.1.0", Map.of("plugin.json", manifest("greeter", "1.1.0")))
                .tag("v1.1.0");
        toolbox.commit("Add a saw", Map.of("bin/saw", "ritsch\n"))
                .commit("Release 2.4.0", Map.of("plugin.json", manifest("toolbox", "2.4.0")))
                .tag("v2.4.0");
        linter.commit("Check tabs as well", Map.of("rules/tabs", "on\n", "rules/spaces", "on, twice\n"));
        archive.commit("Release 1.0.0", Map.of("plugin.json", manifest("archive", "1.0.0")));
        Files.move(directory.resolve("archive"), directory.resolve("taken-away"));
    }

    private List<DemoRepository> repositories() {
        return List.of(greeter, toolbox, linter, archive);
    }

    Source greeter() {
        return greeter.at("tag:v1.0.0");
    }

    Source toolbox() {
        return toolbox.at("tag:v2.3.0");
    }

    Source linter() {
        return linter.at("ref:main");
    }

    Source archive() {
        return archive.at("tag:v0.9.0");
    }

    private static String manifest(String name, String version) {
        return "{\"name\": \"" + name + "\", \"version\": \"" + version + "\"}\n";
    }
}
