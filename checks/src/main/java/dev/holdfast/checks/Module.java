package dev.holdfast.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One Maven module of this repository that has sources. Its name is its path below the root, such as {@code core}. */
record Module(String name, Path directory) {

    /** The modules that a release publishes. */
    static final List<String> PUBLISHED = List.of(
            "spi",
            "core",
            "testkit",
            "contracts",
            "jgit-resolver",
            "docker-delivery",
            "ssh-delivery",
            "jdbc-store",
            "micrometer",
            "openpgp-trust",
            "admin",
            "spring-boot-starter");

    /** Returns the modules below {@code root}, found by their pom.xml, so that none can be forgotten here. */
    static List<Module> below(Path root) {
        return files(root, 3, path -> path.endsWith("pom.xml")).stream()
                .map(Path::getParent)
                .filter(directory -> Files.isDirectory(directory.resolve("src")))
                .map(directory ->
                        new Module(root.relativize(directory).toString().replace('\\', '/'), directory))
                .toList();
    }

    Path classes() {
        return directory.resolve("target/classes");
    }

    Path testClasses() {
        return directory.resolve("target/test-classes");
    }

    List<Path> sources() {
        return files(directory.resolve("src/main/java"), Integer.MAX_VALUE, Module::isJava);
    }

    List<Path> testSources() {
        return files(directory.resolve("src/test/java"), Integer.MAX_VALUE, Module::isJava);
    }

    /** Returns the XML reports of unit and integration tests, old ones included. */
    List<Path> testReports() {
        return Stream.of("target/surefire-reports", "target/failsafe-reports")
                .flatMap(reports -> files(directory.resolve(reports), 1, Module::isReport).stream())
                .toList();
    }

    private static boolean isJava(Path path) {
        return path.toString().endsWith(".java");
    }

    private static boolean isReport(Path path) {
        return path.getFileName().toString().matches("TEST-.*\\.xml");
    }

    private static List<Path> files(Path directory, int depth, Predicate<Path> wanted) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var found = Files.find(directory, depth, (path, attributes) -> attributes.isRegularFile())) {
            return found.filter(wanted).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot list " + directory, failure);
        }
    }
}
