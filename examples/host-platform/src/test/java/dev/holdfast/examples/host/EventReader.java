package dev.holdfast.examples.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads server-sent events. */
final class EventReader implements AutoCloseable {

    private final BufferedReader reader;

    EventReader(InputStream in) {
        this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** Reads until an event of that name has come, and returns the names of all, with their data. */
    List<String> until(String name) throws IOException {
        List<String> events = new ArrayList<>();
        String event = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("event: ")) {
                event = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                events.add(event + " " + line.substring("data: ".length()));
                if (event.equals(name)) {
                    return events;
                }
            }
        }
        throw new AssertionError("the stream ended before " + name + ": " + events);
    }

    /** Reads the first line: from then on nothing is missed. */
    EventReader ready() throws IOException {
        if (!": welcome".equals(reader.readLine())) {
            throw new AssertionError("no stream of events");
        }
        return this;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
