package dev.holdfast.webhook;

import dev.holdfast.internal.Durations;
import dev.holdfast.spi.PermanentException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A receiver that is told what happens: each event by one HTTP POST, as <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a> signs it, with a <a
 * href="https://cloudevents.io">CloudEvents</a> 1.0 document. Immutable.
 *
 * <p>The address is the operator's word, so it may be in a private network; redirects are never followed. An address
 * that a tenant may choose needs a proxy that refuses what is inside: see {@link #client}.
 */
public final class Webhook {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern EVENTS = Pattern.compile("[a-z][a-z.-]{0,62}\\*?");
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final String name;
    private final URI address;
    private final List<SigningSecret> secrets;
    private final Choice choice;

    /** What has a default. */
    private record Choice(String source, List<String> events, Duration timeout, Optional<HttpClient> client) {}

    private Webhook(String name, URI address, List<SigningSecret> secrets, Choice choice) {
        this.name = name;
        this.address = address;
        this.secrets = List.copyOf(secrets);
        this.choice = choice;
    }

    /**
     * Returns a receiver of all events, which has ten seconds to answer.
     *
     * @param name under which the store remembers what was delivered: lower-case letters, digits and dashes, at most
     *     63. A name that comes back goes on where it was
     * @param address {@code https://...}, or {@code http://...} to this machine. It is never logged beyond its host
     * @param secret {@code whsec_} and 24 to 64 bytes in base64; the receiver has the same
     * @throws PermanentException if one of them is another
     */
    public static Webhook to(String name, URI address, String secret) {
        if (!NAME.matcher(name).matches()) {
            throw PermanentException.invalid(
                    "webhook name", name, "use lower-case letters, digits and '-', at most 63");
        }
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        boolean encrypted = scheme.equals("https") || (scheme.equals("http") && isHere(address));
        if (!encrypted
                || address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawFragment() != null) {
            throw PermanentException.invalid(
                    "address of webhook " + name,
                    scheme + "://" + address.getHost(),
                    "give https://HOST/PATH without user and fragment; http:// goes to this machine only");
        }
        return new Webhook(
                name,
                address,
                List.of(SigningSecret.parse(secret)),
                new Choice("/holdfast", List.of(), Duration.ofSeconds(10), Optional.empty()));
    }

    /** Returns whether this machine is meant, by how the host is written: no name is looked up. */
    private static boolean isHere(URI address) {
        String host = String.valueOf(address.getHost());
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /**
     * Returns the same, signed with another secret too: to change the secret, give the new one to {@link #to} and the
     * old one here until the receiver has the new one.
     */
    public Webhook alsoSignedWith(String secret) {
        List<SigningSecret> all = Stream.concat(secrets.stream(), Stream.of(SigningSecret.parse(secret)))
                .toList();
        return new Webhook(name, address, all, choice);
    }

    /**
     * Returns the same with another {@code source} in the events, which tells this installation of Holdfast from
     * others; {@code /holdfast} by default.
     *
     * @param uri a URI reference
     */
    public Webhook source(URI uri) {
        if (uri.toString().isEmpty()) {
            throw PermanentException.invalid("source of webhook " + name, "", "give a URI reference");
        }
        return new Webhook(
                name, address, secrets, new Choice(uri.toString(), choice.events, choice.timeout, choice.client));
    }

    /**
     * Returns the same for some events only. The receiver also gets what another node wanted in the last hour.
     *
     * @param types without {@code dev.holdfast.}, as in {@code upgrade.failed}; a {@code *} at the end stands for the
     *     rest
     */
    public Webhook events(String... types) {
        for (String type : types) {
            if (!EVENTS.matcher(type).matches()) {
                throw PermanentException.invalid(
                        "event of webhook " + name, type, "give its type, such as upgrade.failed or rollout-*");
            }
        }
        return new Webhook(
                name, address, secrets, new Choice(choice.source, List.of(types), choice.timeout, choice.client));
    }

    /**
     * Returns the same with another time for one POST, from the connection to the end of the answer.
     *
     * @param longest from 1 to 30 seconds
     */
    public Webhook timeout(Duration longest) {
        return new Webhook(
                name,
                address,
                secrets,
                new Choice(
                        choice.source,
                        choice.events,
                        Durations.checkedInterval("timeout of webhook " + name, longest, LONGEST),
                        choice.client));
    }

    /**
     * Returns the same over a client of the host's, which has its proxy, its certificates or its address of origin. It
     * is not closed.
     *
     * @throws PermanentException if it follows redirects: a signed event would go where nobody has sent it
     */
    public Webhook client(HttpClient http) {
        if (http.followRedirects() != HttpClient.Redirect.NEVER) {
            throw PermanentException.invalid(
                    "HTTP client of webhook " + name, "follows redirects", "build it with Redirect.NEVER");
        }
        return new Webhook(
                name, address, secrets, new Choice(choice.source, choice.events, choice.timeout, Optional.of(http)));
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    URI address() {
        return address;
    }

    String source() {
        return choice.source;
    }

    Duration timeout() {
        return choice.timeout;
    }

    Optional<HttpClient> client() {
        return choice.client;
    }

    /** Returns what the header {@code webhook-signature} says. */
    String signature(String id, long seconds, byte[] body) {
        return String.join(
                " ",
                secrets.stream().map(secret -> secret.sign(id, seconds, body)).toList());
    }

    /** Returns which events are wanted, as the store keeps it: at least one. */
    List<String> events() {
        return choice.events.isEmpty()
                ? List.of("*")
                : choice.events.stream().distinct().sorted().toList();
    }

    /** Returns name and host: what may be logged. */
    @Override
    public String toString() {
        return "webhook '" + name + "' at " + address.getHost();
    }
}
