package dev.holdfast.delivery.docker;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who we are to one registry. Shows nothing of it. */
public final class RegistryCredentials {

    private final String user;
    private final String password;

    private RegistryCredentials(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Returns a user name and a password or access token. Sent by HTTP basic authentication (RFC 7617), to the registry
     * or to the token server that it names, and only after the registry has asked for it.
     */
    public static RegistryCredentials basic(String user, String password) {
        return new RegistryCredentials(user, password);
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** Returns the value of the {@code Authorization} header. */
    String header() {
        byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "RegistryCredentials[***]";
    }
}
