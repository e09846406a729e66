package dev.holdfast.release;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Ready functions that hold a release, for readers that are not written in Java. Each is one file without dependencies,
 * to be copied to where the reader is; its first lines say how to call it.
 */
public enum HoldFunctions {

    /** For POSIX shells. */
    SH("hold.sh"),
    /** For Python 3.8 or newer. */
    PYTHON("hold.py"),
    /** For Node.js 16 or newer, as a module. */
    NODE("hold.mjs");

    private final String fileName;

    HoldFunctions(String fileName) {
        this.fileName = fileName;
    }

    /** Returns the name that the file should have. */
    public String fileName() {
        return fileName;
    }

    /**
     * Returns the text of the file.
     *
     * @throws IOException if this library was packed without it
     */
    public String text() throws IOException {
        try (InputStream in = HoldFunctions.class.getResourceAsStream(fileName)) {
            if (in == null) {
                throw new FileNotFoundException(fileName + " is missing beside " + HoldFunctions.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
