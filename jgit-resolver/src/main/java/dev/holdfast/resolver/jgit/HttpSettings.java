package dev.holdfast.resolver.jgit;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What all HTTP exchanges of one resolver share.
 *
 * @param client keeps the connections
 * @param known what repositories said of their abilities
 * @param logins whom credentials are for
 * @param idle longest silence, before and inside a body
 * @param refBytes most bytes of one answer about refs
 * @param packBytes most bytes of one answer with objects
 */
record HttpSettings(
        HttpClient client, KnownServers known, Logins logins, Duration idle, long refBytes, long packBytes) {

    /**
     * Credentials by whom they are for. Their text form shows no secret.
     *
     * @param servers by host, with port unless it is the scheme's own
     * @param proxies by {@code host:port}
     */
    record Logins(Function<String, Optional<Credentials>> servers, Function<String, Optional<Credentials>> proxies) {}
}
