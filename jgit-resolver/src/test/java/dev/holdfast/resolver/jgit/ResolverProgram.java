package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.source.Resolution;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A small host in a JVM of its own: resolves the default line of one source and reads it. */
final class ResolverProgram {

    private ResolverProgram() {}

    /** Arguments: cache directory, host to allow http for, source, {@code isolate} or {@code plain}. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        if (args[3].equals("isolate")) {
            JGitResolver.isolateJvm();
        }
        TrackedRef head = TrackedRef.ref("HEAD");
        Source source = Source.parse(args[2]);
        Deadline deadline = Deadline.after(Duration.ofMinutes(2));
        try (JGitResolver resolver =
                JGitResolver.builder(Path.of(args[0])).allowHttp(args[1]).build()) {
            Resolution answer = resolver.resolve(resolver.upstream(source), Set.of(head), deadline)
                    .get(head);
            if (answer instanceof Resolution.Found found) {
                try (Bundle bundle = resolver.fetch(source, found.revision(), deadline)) {
                    print(bundle);
                }
            }
        }
    }

    @SuppressWarnings("SystemOut")
    private static void print(Bundle bundle) throws IOException {
        try (Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                long bytes = 0;
                if (entry instanceof BundleEntry.File) {
                    try (InputStream in = entries.content()) {
                        byte[] buffer = new byte[64 * 1024];
                        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                            bytes += n;
                        }
                    }
                }
                System.out.println(entry.path() + " " + bytes);
            }
        }
    }

    /** Runs this program and returns what it prints; {@code before} may hold a tracer and its options. */
    static String run(List<String> before, List<String> jvm, Path home, String... args) {
        return run(ResolverProgram.class, before, jvm, home, args);
    }

    /** Runs another program likewise. */
    static String run(Class<?> program, List<String> before, List<String> jvm, Path home, String... args) {
        List<String> command = new ArrayList<>(before);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(jvm);
        command.addAll(List.of("-Duser.home=" + home, "-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(args));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("HOME", home.toString());
            builder.environment().remove("XDG_CONFIG_HOME");
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
