package dev.holdfast.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads server-sent events. */
final class EventReader implements AutoCloseable {

    private final BufferedReader reader;

    EventReader(InputStream in) throws IOException {
        this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        // From the first line on nothing is missed.
        if (!": welcome".equals(reader.readLine())) {
            throw new AssertionError("no stream of events");
        }
    }

    /** Reads until an event of that name has come, and returns its data. */
    String until(String name) throws IOException {
        String event = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("event: ")) {
                event = line.substring("event: ".length());
            } else if (line.startsWith("data: ") && event.equals(name)) {
                return line.substring("data: ".length());
            }
        }
        throw new AssertionError("the stream ended before " + name);
    }

    /** Reads to the end of the stream. */
    void untilItEnds() throws IOException {
        while (reader.readLine() != null) {
            // What comes until then does not matter.
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
