package dev.holdfast.examples.host;

import dev.holdfast.spi.PermanentException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whoever reaches the platform may change workspaces: without tokens that is nobody but this machine. */
final class Loopback {

    private Loopback() {}

    /**
     * Refuses to listen where others are, unless they must show a token.
     *
     * @throws PermanentException before anything is opened
     */
    static void check(String bind, Secrets secrets) {
        if (secrets.tokens().isEmpty() && !isLoopback(bind)) {
            throw PermanentException.invalid(
                    "--bind",
                    bind,
                    "other machines reach this address: name who may decide in HOLDFAST_TOKENS (alice=...,bob=...), or"
                            + " listen on 127.0.0.1");
        }
    }

    private static boolean isLoopback(String bind) {
        try {
            return InetAddress.getByName(bind).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new PermanentException(
                    dev.holdfast.spi.Reason.INVALID_VALUE, "--bind '" + bind + "' is no address of this machine", e);
        }
    }
}
