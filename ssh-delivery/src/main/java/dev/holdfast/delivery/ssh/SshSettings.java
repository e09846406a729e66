package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.delivery.FileOwner;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;

/** What a {@link SshTarget} was built with. */
record SshSettings(
        String user,
        Function<String, List<KeyPair>> keys,
        Function<String, Optional<String>> passwords,
        ServerKeyVerifier hostKeys,
        Duration connectTimeout,
        int channels,
        Optional<FileOwner> owner) {}
