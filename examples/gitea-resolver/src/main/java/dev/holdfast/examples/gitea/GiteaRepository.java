package dev.holdfast.examples.gitea;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One repository of a server that the host named, and a directory in it.
 *
 * @param host the server as sources name it
 * @param api where its API answers for this repository
 * @param path owner and repository
 * @param subdirectory empty for the top
 */
record GiteaRepository(String host, URI api, String path, String subdirectory) {

    static final String SCHEME = "gitea+api";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");

    /** Takes a location apart: {@code host/owner/repository[/sub/directory]}. Looks at the value only. */
    static GiteaRepository parse(String location, Map<String, URI> servers) {
        List<String> segments = List.of(location.split("/", -1));
        if (segments.size() < 3 || segments.contains("")) {
            throw PermanentException.invalid(
                    "source", SCHEME + "://" + location, "write gitea+api://host/owner/repository[/sub/directory]");
        }
        String host = segments.get(0).toLowerCase(Locale.ROOT);
        URI server = servers.get(host);
        if (server == null) {
            // Whoever installs chooses the source: the host says which machines may be asked for it.
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    "'" + host + "' is none of the servers that this resolver may ask; add it to the resolver, or take"
                            + " the plugin from another");
        }
        for (String name : segments.subList(1, 3)) {
            if (!NAME.matcher(name).matches()) {
                throw PermanentException.invalid(
                        "source",
                        SCHEME + "://" + location,
                        "owner and repository are 1 to 100 letters, digits, '_', '.' or '-'");
            }
        }
        String path = segments.get(1) + "/" + segments.get(2);
        return new GiteaRepository(
                host,
                URI.create(server + "/api/v1/repos/" + path),
                path,
                String.join("/", segments.subList(3, segments.size())));
    }

    String location() {
        return host + "/" + path + (subdirectory.isEmpty() ? "" : "/" + subdirectory);
    }

    /**
     * Returns the address of one of its resources; segments and values are encoded, so that none changes the address.
     */
    URI resource(String segments, String... parameters) {
        String encoded =
                Stream.of(segments.split("/")).map(GiteaRepository::encoded).collect(Collectors.joining("/"));
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&').append(parameters[i]).append('=').append(encoded(parameters[i + 1]));
        }
        return URI.create(api + (encoded.isEmpty() ? "" : "/" + encoded) + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return host + "/" + path;
    }
}
