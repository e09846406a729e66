package dev.holdfast.images;

import java.util.Map;
import java.util.Optional;

/** A label that containers wear to be watched, with one value or any. */
record Label(String key, Optional<String> value) {

    boolean isWorn(Map<String, String> labels) {
        String found = labels.get(key);
        return found != null && (value.isEmpty() || value.get().equals(found));
    }
}
