package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes sources apart by the form of their scheme. Looks at values only. */
final class SourceForms {

    static final Set<String> SCHEMES =
            Set.of("github", "gitea", "gitlab", "git+https", "git+http", "git+ssh", "git", "git+file");

    private static final Pattern NAME = Pattern.compile("(?!\\.git$)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,99}");
    /** Not escaped are what a path already means: a dot, slashes, and control characters. */
    private static final String ESCAPED = "%(?!2[eEfF]|5[cC]|7[fF]|[01])[0-9A-Fa-f]{2}";

    private static final Pattern SEGMENT =
            Pattern.compile("(?:[A-Za-z0-9._~+]|" + ESCAPED + ")(?:[A-Za-z0-9._~+-]|" + ESCAPED + "){0,99}");
    private static final String SEGMENT_RULE = "path segments are 1 to 100 letters, digits, '.', '_', '~', '+', '-' or"
            + " escapes such as %20, and do not begin with '-'";
    private static final Pattern HOST =
            Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:]{2,39}\\])(:[0-9]{1,5})?");
    private static final String HOST_RULE = "its host is no host name, or has a port above 65535";
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final int HIGHEST_PORT = 65_535;

    private final Map<String, URI> baseUrls;

    /** Creates the forms; hosts that {@code baseUrls} names are reached there instead of over https. */
    SourceForms(Map<String, URI> baseUrls) {
        this.baseUrls = Map.copyOf(baseUrls);
    }

    GitSource parse(Source source) {
        return switch (source.scheme()) {
            case "github" -> forge(source, "github.com", source.location(), 2);
            case "gitea" -> {
                String[] parts = source.location().split("/", 2);
                yield forge(source, parts[0], parts.length < 2 ? "" : parts[1], 2);
            }
            case "gitlab" -> gitlab(source);
            case "git+https", "git+http", "git+ssh", "git" -> generic(source);
            case "git+file" -> file(source);
            default -> throw refused(source, "its scheme is none of " + SCHEMES);
        };
    }

    private GitSource forge(Source source, String host, String path, int depth) {
        List<String> segments = List.of(path.split("/", -1));
        if (segments.size() < depth || segments.contains("")) {
            String form = source.scheme().equals("github") ? "github://" : source.scheme() + "://host/";
            throw refused(source, "write " + form + "owner/repo, and /sub/directory if there is one");
        }
        List<String> repository = segments.subList(0, depth);
        check(
                source,
                repository,
                NAME,
                "owner and repository are 1 to 100 letters, digits, '_', '.' or '-', do not begin with '-', and are not .git");
        return onHost(source, host, repository, String.join("/", segments.subList(depth, segments.size())));
    }

    private GitSource gitlab(Source source) {
        String[] halves = source.location().split("//", 2);
        List<String> segments = List.of(halves[0].split("/", -1));
        if (segments.size() < 3) {
            throw refused(source, "write gitlab://host/group/repo, and //sub/directory if there is one");
        }
        List<String> repository = segments.subList(1, segments.size());
        check(
                source,
                repository,
                NAME,
                "groups and repository are 1 to 100 letters, digits, '_', '.' or '-', do not begin with '-', and are not .git");
        return onHost(source, segments.get(0), repository, halves.length < 2 ? "" : halves[1]);
    }

    private GitSource onHost(Source source, String host, List<String> repository, String subdirectory) {
        String known = host(source, host);
        URI base = baseUrls.get(known);
        String path = String.join("/", repository);
        String suffix = path.endsWith(".git") ? "" : ".git";
        String start = base == null ? "https://" + known + "/" : slashed(base);
        return new GitSource(location(source, start + path + suffix), subdirectory);
    }

    private static GitSource generic(Source source) {
        String[] halves = source.location().split("//", 2);
        List<String> segments = List.of(halves[0].split("/", -1));
        if (segments.size() < 2) {
            throw refused(source, "write " + source.scheme() + "://host/path/to/repository.git");
        }
        List<String> path = segments.subList(1, segments.size());
        check(source, path, SEGMENT, SEGMENT_RULE);
        String authority = segments.get(0);
        int at = authority.indexOf('@');
        String user = authority.substring(0, at + 1);
        if (at >= 0 && !USER.matcher(authority.substring(0, at)).matches()) {
            throw refused(source, "a user name is letters, digits, '_', '.' or '-'");
        }
        String url = source.scheme().replace("git+", "") + "://" + user + host(source, authority.substring(at + 1))
                + "/" + String.join("/", path);
        return new GitSource(location(source, url), halves.length < 2 ? "" : halves[1]);
    }

    private static GitSource file(Source source) {
        String[] halves = source.location().split("(?<!^)//", 2);
        if (!halves[0].startsWith("/")) {
            throw refused(source, "write git+file:///path/to/repository.git");
        }
        check(source, List.of(halves[0].substring(1).split("/", -1)), SEGMENT, SEGMENT_RULE);
        return new GitSource(new GitLocation(URI.create("file://" + halves[0])), halves.length < 2 ? "" : halves[1]);
    }

    private static String host(Source source, String text) {
        String host = text.toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        boolean ported = colon > host.lastIndexOf(']');
        if (!HOST.matcher(host).matches()
                || host.contains("..")
                || (ported && Integer.parseInt(host.substring(colon + 1)) > HIGHEST_PORT)) {
            throw refused(source, HOST_RULE);
        }
        return host;
    }

    /**
     * Host names are narrower in Java than those above: the last label begins with a letter, and none ends with a dash.
     */
    private static GitLocation location(Source source, String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null) {
                return new GitLocation(uri);
            }
        } catch (URISyntaxException e) {
            // no more a host than below: an address in brackets that is none
        }
        throw refused(source, HOST_RULE);
    }

    private static void check(Source source, List<String> segments, Pattern pattern, String rule) {
        for (String segment : segments) {
            if (!pattern.matcher(segment).matches()) {
                throw refused(source, rule);
            }
        }
    }

    private static String slashed(URI base) {
        String text = base.toString();
        return text.endsWith("/") ? text : text + "/";
    }

    private static PermanentException refused(Source source, String rule) {
        return PermanentException.invalid("source", source.toString(), rule);
    }
}
