package dev.holdfast.trust;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an allowed-signers file, as {@code ssh-keygen(1)} defines it under ALLOWED SIGNERS.
 *
 * @param number which line of the file, from 1
 * @param principals patterns of the names that the key may sign for
 * @param key the key
 * @param namespaces patterns of what it may sign
 * @param after from when it is valid
 * @param before until when it is valid
 */
record SignerLine(
        int number,
        PatternList principals,
        SshKey key,
        PatternList namespaces,
        Optional<Instant> after,
        Optional<Instant> before) {

    private static final Pattern NAMES = Pattern.compile("(?:\"([^\"]+)\"|([^\\s\"]+))[ \\t]+(.+)");
    private static final Pattern KEY = Pattern.compile("([a-z][a-z0-9@.-]*)[ \\t]+([A-Za-z0-9+/=]+)(?:[ \\t].*)?");
    private static final Pattern OPTION = Pattern.compile("([A-Za-z-]+)(?:=\"((?:[^\"\\\\]|\\\\.)*)\")?(,|[ \\t]+|$)");
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Cntrl}&&[^\t]]");
    private static final Set<String> TIMES = Set.of("valid-after", "valid-before");

    /** Reads a line that is neither blank nor a comment; what is wrong with it is the exception's message. */
    static SignerLine parse(int number, String line) throws BadSignature {
        if (INVISIBLE.matcher(line).find()) {
            throw new BadSignature("it holds an invisible character, such as a byte order mark");
        }
        Matcher names = NAMES.matcher(line);
        if (!names.matches()) {
            throw new BadSignature("it is not: names, options, key type, key");
        }
        String principals = names.group(1) == null ? names.group(2) : names.group(1);
        String rest = names.group(3);
        Map<String, String> options = new HashMap<>();
        if (!isKey(rest)) {
            rest = options(rest, options);
        }
        Matcher key = KEY.matcher(rest);
        if (!key.matches()) {
            throw new BadSignature("no key stands behind its names and options");
        }
        return line(number, principals, options, key(key.group(1), key.group(2)));
    }

    private static SignerLine line(int number, String principals, Map<String, String> options, SshKey key)
            throws BadSignature {
        try {
            Optional<Instant> after =
                    Optional.ofNullable(options.get("valid-after")).map(SignerTime::parse);
            Optional<Instant> before =
                    Optional.ofNullable(options.get("valid-before")).map(SignerTime::parse);
            if (after.isPresent() && before.isPresent() && !before.get().isAfter(after.get())) {
                throw new BadSignature("it ends before it begins");
            }
            PatternList namespaces = new PatternList(options.getOrDefault("namespaces", "*"));
            return new SignerLine(number, new PatternList(principals), key, namespaces, after, before);
        } catch (IllegalArgumentException e) {
            throw new BadSignature(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isKey(String rest) {
        return rest.startsWith("ssh-") || rest.startsWith("ecdsa-") || rest.startsWith("sk-");
    }

    static SshKey key(String type, String base64) throws BadSignature {
        try {
            SshKey key = SshKey.read(Base64.getDecoder().decode(base64));
            if (!key.type().equals(type)) {
                throw new BadSignature(
                        "its key is of type " + key.type() + ", and it says " + BadSignature.shown(type));
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw new BadSignature("its key is not base64");
        }
    }

    /** Takes the options into {@code found} and returns what stands behind them. */
    private static String options(String text, Map<String, String> found) throws BadSignature {
        Matcher option = OPTION.matcher(text);
        int from = 0;
        while (option.region(from, text.length()).lookingAt()) {
            String name = option.group(1).toLowerCase(Locale.ROOT);
            String value = option.group(2) == null ? "" : option.group(2).replace("\\\"", "\"");
            check(name, option.group(2) != null);
            if (found.put(name, value) != null) {
                throw new BadSignature("it has the option '" + name + "' twice");
            }
            from = option.end();
            if (!option.group(3).equals(",")) {
                return text.substring(from);
            }
        }
        throw new BadSignature("its options cannot be read; commas stand between them, and no spaces");
    }

    private static void check(String name, boolean hasValue) throws BadSignature {
        if (name.equals("cert-authority")) {
            throw new BadSignature(
                    "it names a certificate authority, and certificates are not supported; list the keys");
        }
        if (!hasValue || !(name.equals("namespaces") || TIMES.contains(name))) {
            throw new BadSignature("it has the unknown option '" + BadSignature.shown(name) + "'");
        }
    }

    /** Returns why the key may not sign for git at {@code time}; empty if it may. */
    Optional<String> hindrance(Instant time) {
        if (!namespaces.takes(SshSignature.NAMESPACE)) {
            return Optional.of("line " + number + " is not for namespace git");
        }
        if (after.filter(time::isBefore).isPresent()) {
            return Optional.of("line " + number + " is valid after " + after.get() + " only");
        }
        return before.filter(time::isAfter).map(end -> "line " + number + " ended at " + end);
    }
}
