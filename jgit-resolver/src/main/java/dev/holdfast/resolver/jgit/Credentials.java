package dev.holdfast.resolver.jgit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What a git server over HTTP wants to see. Its text form shows no secret.
 *
 * <p>Most hosts take a token as the password of any user name: {@code basic("token", token)}.
 */
public final class Credentials {

    private final String header;
    private final List<String> secrets;

    private Credentials(String header, List<String> secrets) {
        this.header = header;
        this.secrets = secrets;
    }

    /** Returns a user name and a password or token, sent by HTTP basic authentication (RFC 7617). */
    public static Credentials basic(String user, String password) {
        String encoded = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new Credentials("Basic " + encoded, List.of(encoded, password));
    }

    /** Returns a token, sent as a bearer token (RFC 6750). */
    public static Credentials bearer(String token) {
        return new Credentials("Bearer " + token, List.of(token));
    }

    /** Returns the value of the {@code Authorization} header. */
    String header() {
        return header;
    }

    /** Returns {@code text} without any of the secrets, should a server have sent one back. */
    String hiddenIn(String text) {
        String hidden = text;
        for (String secret : secrets) {
            hidden = secret.isEmpty() ? hidden : hidden.replace(secret, "***");
        }
        return hidden;
    }

    @Override
    public String toString() {
        return "Credentials[***]";
    }
}
