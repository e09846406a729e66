package dev.holdfast.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Says what a build did not cover: tests that lacked a facility, tests that were skipped for any other reason, tests
 * that a filter left out, and modules whose tests did not run at all. Only files that this build wrote count.
 */
final class NotCovered {

    private final Path root;
    private final Instant buildStart;
    private final Map<String, String> filters;

    NotCovered(Path root, Instant buildStart, Map<String, String> filters) {
        this.root = root;
        this.buildStart = buildStart;
        this.filters = filters;
    }

    /**
     * Prints the lines. The arguments are the repository's root, the time at which the build began, and the test
     * filters as {@code name=value}.
     */
    public static void main(String[] arguments) throws Exception {
        var filters = new LinkedHashMap<String, String>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            String[] filter = argument.split("=", 2);
            if (!filter[1].isEmpty() && !filter[1].startsWith("${")) {
                filters.put(filter[0], filter[1]);
            }
        }
        var lines = new NotCovered(Path.of(arguments[0]).toRealPath(), Instant.parse(arguments[1]), filters).lines();
        if (lines.isEmpty()) {
            System.out.println("Covered: everything, nothing skipped.");
        } else {
            System.out.println("NOT COVERED by this build:");
            lines.forEach(line -> System.out.println("  " + line));
        }
    }

    /** Returns one line for each thing that was not covered; none means that everything was. */
    List<String> lines() throws IOException {
        var lines = new ArrayList<String>();
        for (Module module : Module.below(root)) {
            var noted = noted(module);
            lines.addAll(named(module, noted));
            lines.addAll(named(module, skipped(module, noted)));
            if (!isSelective() && ranNothing(module)) {
                lines.add(module.name() + ": its tests did not run");
            }
        }
        filters.forEach((name, value) -> lines.addAll(leftOut(name, value)));
        return lines;
    }

    private static List<String> named(Module module, Collection<String> lines) {
        return lines.stream().map(line -> module.name() + ": " + line).toList();
    }

    private List<String> noted(Module module) throws IOException {
        Path notes = module.directory().resolve("target/not-covered.txt");
        return isFresh(notes) ? Files.readAllLines(notes) : List.of();
    }

    /** Skipped for another reason than a missing facility: an assumption, a condition of JUnit's. */
    private List<String> skipped(Module module, List<String> noted) throws IOException {
        var skipped = new ArrayList<String>();
        for (Path report : freshReports(module)) {
            var elements = parse(report).getElementsByTagName("skipped");
            for (int i = 0; i < elements.getLength(); i++) {
                var reason = (Element) elements.item(i);
                var test = (Element) reason.getParentNode();
                String name = test.getAttribute("classname");
                if (noted.stream().noneMatch(line -> line.contains(name))) {
                    skipped.add(
                            name + "#" + test.getAttribute("name") + " was skipped: " + reason.getAttribute("message"));
                }
            }
        }
        return skipped;
    }

    private boolean isSelective() {
        return !Collections.disjoint(filters.keySet(), Set.of("groups", "test", "it.test"));
    }

    private boolean ranNothing(Module module) throws IOException {
        boolean hasTests = module.testSources().stream()
                .anyMatch(file ->
                        file.toString().endsWith("Test.java") || file.toString().endsWith("IT.java"));
        return hasTests && freshReports(module).isEmpty();
    }

    private List<String> leftOut(String filter, String value) {
        return switch (filter) {
            case "excludedGroups" ->
                Stream.of(value.split("[,|]"))
                        .map(String::strip)
                        .flatMap(tag -> taggedFiles(tag).stream()
                                .map(file -> file + " has tests left out by their tag " + tag + "; -Dgroups=" + tag
                                        + " runs them"))
                        .toList();
            case "fast" -> List.of("format, lint, nullness and dependencies were not checked, by -Dfast");
            case "skipITs" -> List.of("the tests on real servers were left out by -DskipITs");
            case "groups" -> List.of("all tests but those tagged " + value + " were left out by -Dgroups");
            default -> List.of("all tests but " + value + " were left out by -D" + filter);
        };
    }

    private List<Path> taggedFiles(String tag) {
        return Module.below(root).stream()
                .flatMap(module -> Stream.concat(module.sources().stream(), module.testSources().stream()))
                .filter(file -> contains(file, "@Tag(\"" + tag + "\")"))
                .map(root::relativize)
                .toList();
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file, failure);
        }
    }

    private List<Path> freshReports(Module module) throws IOException {
        var fresh = new ArrayList<Path>();
        for (Path report : module.testReports()) {
            if (isFresh(report)) {
                fresh.add(report);
            }
        }
        return fresh;
    }

    private boolean isFresh(Path file) throws IOException {
        return Files.exists(file)
                && !Files.getLastModifiedTime(file).toInstant().isBefore(buildStart);
    }

    private static Element parse(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException failure) {
            throw new IOException("cannot read the test report " + report, failure);
        }
    }
}
