package dev.holdfast.contracts.source;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads whole bundles into memory, for assertions. */
public final class BundleContent {

    private BundleContent() {}

    /**
     * Makes one pass and returns path to content, in the order of the pass: a file's text, with the path ending in
     * {@code *} if it is executable; {@code "-> " + target} for a link; {@code "special " + kind} for anything else.
     * Directories are left out.
     */
    public static Map<String, String> of(Bundle bundle) {
        Map<String, String> content = new LinkedHashMap<>();
        try (Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                if (entry instanceof BundleEntry.File file) {
                    content.put(file.path() + (file.executable() ? "*" : ""), text(entries, file));
                } else if (entry instanceof BundleEntry.Link link) {
                    content.put(link.path(), "-> " + link.target());
                } else if (entry instanceof BundleEntry.Special special) {
                    content.put(special.path(), "special " + special.kind());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return content;
    }

    private static String text(Bundle.Entries entries, BundleEntry.File file) throws IOException {
        try (InputStream in = entries.content()) {
            byte[] bytes = in.readAllBytes();
            if (bytes.length != file.size()) {
                throw new AssertionError(file + " gave " + bytes.length + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
