package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Upstream;
import java.net.URI;

/**
 * One repository, as its URL.
 *
 * @param url the canonical URL: scheme {@code https}, {@code http}, {@code ssh}, {@code git} or {@code file}; never
 *     credentials
 */
record GitLocation(URI url) {

    static GitLocation of(Upstream upstream) {
        return new GitLocation(URI.create(upstream.key()));
    }

    boolean http() {
        return url.getScheme().startsWith("http");
    }

    boolean ssh() {
        return url.getScheme().equals("ssh");
    }

    /** Returns whether it is reached by git's own protocol. */
    boolean daemon() {
        return url.getScheme().equals("git");
    }

    boolean file() {
        return url.getScheme().equals("file");
    }

    /** Returns the host, with its port unless that is the scheme's own: what credentials are asked by. */
    String host() {
        return file() ? "local" : host(url);
    }

    /** As {@link #host()}, for any URL. */
    static String host(URI url) {
        int port = url.getPort();
        int usual = switch (String.valueOf(url.getScheme())) {
            case "https" -> 443;
            case "http" -> 80;
            case "git" -> 9418;
            default -> 22;
        };
        return port < 0 || port == usual ? url.getHost() : url.getHost() + ":" + port;
    }

    /** Returns the URL: what messages call this place. */
    @Override
    public String toString() {
        return url.toString();
    }
}
