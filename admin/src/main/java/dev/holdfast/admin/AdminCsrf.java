package dev.holdfast.admin;

/**
 * The header that a host's protection against cross-site requests wants to see in each request that changes something.
 *
 * @param header its name
 * @param token its value
 */
public record AdminCsrf(String header, String token) {

    /** Hides the token. */
    @Override
    public String toString() {
        return header;
    }
}
