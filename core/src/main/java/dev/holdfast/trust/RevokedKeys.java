package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A list of public keys, one in a line, as their fingerprints. */
final class RevokedKeys {

    private static final Pattern KEY = Pattern.compile("([a-z][a-z0-9@.-]*)[ \\t]+([A-Za-z0-9+/=]+)(?:[ \\t].*)?");

    private RevokedKeys() {}

    static Set<String> parse(String name, String text) {
        if (text.startsWith("SSHKRL")) {
            throw PermanentException.invalid(
                    name,
                    "SSHKRL...",
                    "binary revocation lists are not supported; list the public keys, one in a line");
        }
        Set<String> keys = new HashSet<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String content = line.strip();
            if (!content.isEmpty() && !content.startsWith("#")) {
                keys.add(key(name, number, content));
            }
        }
        return keys;
    }

    /** Of any type: what is never accepted may be listed as revoked. */
    private static String key(String name, int number, String line) {
        Matcher matcher = KEY.matcher(line);
        try {
            if (!matcher.matches()) {
                throw new BadSignature("write a key type and a key");
            }
            byte[] blob = Base64.getDecoder().decode(matcher.group(2));
            if (!new SshReader(blob).text().equals(matcher.group(1))) {
                throw new BadSignature("its key is of another type than it says");
            }
            return SshKey.fingerprint(blob);
        } catch (BadSignature | IllegalArgumentException e) {
            throw PermanentException.invalid("line " + number + " of " + name, line, String.valueOf(e.getMessage()));
        }
    }
}
