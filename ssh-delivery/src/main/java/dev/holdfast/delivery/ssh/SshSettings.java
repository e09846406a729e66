package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.delivery.FileOwner;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a {@link SshTarget} was built with. */
record SshSettings(
        String user,
        List<KeyFile> files,
        Function<String, List<KeyPair>> keys,
        Optional<Path> agent,
        Function<String, Optional<String>> passwords,
        KnownHosts hosts,
        Duration connectTimeout,
        Duration keepAlive,
        Duration idle,
        int channels,
        Optional<FileOwner> owner) {

    SshSettings {
        files = List.copyOf(files);
    }

    /** Loads the keys that a host is offered. */
    List<KeyPair> keysFor(String host) {
        List<KeyPair> pairs = new ArrayList<>();
        files.forEach(file -> pairs.addAll(file.load()));
        pairs.addAll(keys.apply(host));
        return pairs;
    }
}
