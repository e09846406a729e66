package dev.holdfast.delivery.docker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be told who asks: one challenge of {@code WWW-Authenticate} (RFC 9110, section 11.6.1).
 *
 * @param scheme lower case: {@code bearer}, {@code basic}
 * @param parameters by lower-case name
 */
record RegistryChallenge(String scheme, Map<String, String> parameters) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PART = Pattern.compile(
            "\\G[\\s,]*(?:(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))|(" + TOKEN + "))");

    /** Returns the challenges of all headers of that name, in their order; what cannot be read ends its header. */
    static List<RegistryChallenge> parse(List<String> headers) {
        List<RegistryChallenge> challenges = new ArrayList<>();
        for (String header : headers) {
            Optional<RegistryChallenge> current = Optional.empty();
            Matcher part = PART.matcher(header);
            while (part.find()) {
                if (part.group(4) != null) {
                    current =
                            Optional.of(new RegistryChallenge(part.group(4).toLowerCase(Locale.ROOT), new HashMap<>()));
                    challenges.add(current.get());
                } else if (current.isPresent()) {
                    String quoted = part.group(2);
                    String value = quoted == null ? part.group(3) : quoted.replaceAll("\\\\(.)", "$1");
                    current.get().parameters().put(part.group(1).toLowerCase(Locale.ROOT), value);
                }
            }
        }
        return challenges;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
