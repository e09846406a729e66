package dev.holdfast.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A node in a process of its own, which says when it is ready and then answers each line with one. */
final class NodeProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    /**
     * Starts it, and waits until it is ready.
     *
     * @param classes that come before those of this process; may be empty
     */
    NodeProcess(String classes, int heapMib, Class<?> program, String... arguments) throws IOException {
        String path = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx" + heapMib + "m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classes.isEmpty() ? path : classes + ":" + path,
                program.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (!"ready".equals(line)) {
            process.destroyForcibly();
            throw new IllegalStateException("a node answered '" + line + "'");
        }
    }

    /** Lets it do its work once, and returns the numbers that it prints. */
    long[] round() throws IOException {
        return round("");
    }

    /** As {@link #round()}, with a word for it. */
    long[] round(String word) throws IOException {
        process.getOutputStream().write((word + '\n').getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String line = output.readLine();
        if (line == null) {
            throw new IllegalStateException("a node ended in the middle");
        }
        return java.util.Arrays.stream(line.split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
