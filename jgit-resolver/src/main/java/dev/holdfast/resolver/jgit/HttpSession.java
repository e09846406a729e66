package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * All HTTP of one question to one repository, on behalf of JGit: where requests go, what they carry, what their status
 * means, and that they end.
 *
 * <p>JGit names the service; the address is ours. So what a user's git configuration says of rewritten URLs, extra
 * headers, cookies or unchecked certificates changes nothing here.
 */
final class HttpSession implements HttpConnectionFactory, HttpCall.Exchange, AutoCloseable {

    private static final boolean LIMITS_THE_BODY = Runtime.version().feature() >= 26;
    private static final int MAX_REDIRECTS = 5;
    private static final int REDIRECT_DRAIN = 4096;
    /** By so much the client's clock may run ahead of the deadline's. */
    private static final Duration CLOCK_SLACK = Duration.ofMillis(100);

    /** A request body takes a second more for so many bytes: the line may be slow. */
    private static final int SLOW_LINE = 16 * 1024;

    private static final int PROXY_AUTHENTICATION = 407;

    /** How the JDK says that a proxy made no tunnel. */
    private static final Pattern NO_TUNNEL = Pattern.compile("Tunnel failed, got: ([0-9]{3})");

    private static final Pattern LOGIN =
            Pattern.compile("login|log_in|signin|sign_in|sign-in|/sso|/saml|oauth", Pattern.CASE_INSENSITIVE);

    private static final String ADVERTISEMENT = "application/x-git-upload-pack-advertisement";
    private static final String ERROR = "ERR ";
    private static final String INFO_REFS = "/info/refs?service=git-upload-pack";
    private static final String UPLOAD_PACK = "/git-upload-pack";

    private final HttpSettings settings;
    private final GitLocation location;
    private final Deadline deadline;
    private final @Nullable Credentials credentials;
    private final List<HttpBody> bodies = new ArrayList<>();
    private URI base;
    private Runnable filtering = () -> {};
    private boolean objects;
    private boolean recalling;
    private boolean recalled;

    HttpSession(HttpSettings settings, GitLocation location, Deadline deadline) {
        this.settings = settings;
        this.location = location;
        this.deadline = deadline;
        this.base = location.url();
        this.credentials = settings.logins().servers().apply(location.host()).orElse(null);
    }

    void ifServerFilters(Runnable then) {
        filtering = then;
    }

    /** Says whether the answers that follow hold objects, and not refs. */
    void objects(boolean expected) {
        objects = expected;
    }

    /** Lets what the server said of its abilities an earlier time stand for asking it. */
    void recalling(boolean allowed) {
        recalling = allowed;
    }

    /** Returns whether an answer came from memory, which is then forgotten. */
    boolean forget() {
        if (recalled) {
            settings.known().forget(location.url());
        }
        return recalled;
    }

    /** Returns text from the server fit for a message. */
    String shown(String text) {
        return Failures.shown(credentials == null ? text : credentials.hiddenIn(text));
    }

    @Override
    public HttpConnection create(URL url) {
        return new HttpCall(this, url);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) {
        return create(url);
    }

    /** Asks for the capabilities and, of old servers, the refs; follows the repository to where it has moved. */
    @Override
    public HttpAnswer get(List<String> headers) throws IOException {
        Optional<byte[]> known = recalling ? settings.known().of(location.url()) : Optional.empty();
        recalled = known.isPresent();
        return recalled ? fromMemory(known.get()) : asked(headers);
    }

    private static HttpAnswer fromMemory(byte[] advertisement) {
        HttpHeaders headers = HttpHeaders.of(Map.of("Content-Type", List.of(ADVERTISEMENT)), (name, value) -> true);
        return new HttpAnswer(HttpConnection.HTTP_OK, headers, new ByteArrayInputStream(advertisement));
    }

    private HttpAnswer asked(List<String> headers) throws IOException {
        for (int redirects = 0; ; redirects++) {
            HttpResponse<HttpBody> response =
                    send(request(INFO_REFS, headers).GET(), settings.idle(), settings.refBytes());
            if (!HttpStatus.redirect(response.statusCode())) {
                return advertisement(checked(response, ADVERTISEMENT));
            }
            response.body().drain(REDIRECT_DRAIN);
            if (redirects == MAX_REDIRECTS) {
                throw new PermanentException(
                        Reason.PROTOCOL, location + " redirects more than 5 times; name the repository's real address");
            }
            base = moved(response.headers().firstValue("Location").orElse(""));
        }
    }

    /** Reads what the server says of itself, and refuses what JGit would misread later. */
    private HttpAnswer advertisement(HttpResponse<HttpBody> response) throws IOException {
        InputStream body = Advertisement.read(location, response.body(), filtering, lasting -> {
            // A repository that has moved may come to stand elsewhere: it is looked for each time.
            if (base.equals(location.url())) {
                settings.known().remember(base, lasting);
            }
        });
        return HttpAnswer.of(response, body);
    }

    @Override
    public HttpAnswer post(List<String> headers, byte[] body) throws IOException {
        HttpRequest.Builder request = request(UPLOAD_PACK, headers).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        Duration patience = settings.idle().plusSeconds(body.length / SLOW_LINE);
        HttpResponse<HttpBody> response = send(request, patience, objects ? settings.packBytes() : settings.refBytes());
        checked(response, "application/x-git-upload-pack-result");
        return HttpAnswer.of(response, answered(response.body()));
    }

    /** Throws what the server says in place of an answer: JGit looks for that in some places only. */
    private InputStream answered(InputStream body) throws IOException {
        byte[] head = body.readNBytes(PktLines.LENGTH + ERROR.length());
        String text = new String(head, StandardCharsets.ISO_8859_1);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
        if (!text.startsWith(ERROR, PktLines.LENGTH)) {
            return whole;
        }
        PktLines.Line line = new PktLines(whole.readNBytes(PktLines.LONGEST)).next();
        String words = line == null ? "" : line.text().substring(ERROR.length());
        throw Failures.said(location, this::shown, words);
    }

    @Override
    public void close() {
        bodies.forEach(HttpBody::close);
    }

    private HttpRequest.Builder request(String service, List<String> headers) {
        URI target = URI.create(base + service);
        HttpRequest.Builder request = HttpRequest.newBuilder(target);
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        if (target.getScheme().equals("http")) {
            request.version(HttpClient.Version.HTTP_1_1);
        }
        if (credentials != null && sameOrigin(target, location.url())) {
            request.header("Authorization", credentials.header());
        }
        // Java gives it to the proxy alone: over https with the request for a tunnel, and with nothing inside.
        proxyCredentials().ifPresent(given -> request.header("Proxy-Authorization", given.header()));
        return request;
    }

    private Optional<Credentials> proxyCredentials() {
        String proxy = proxy();
        return proxy.isEmpty() ? Optional.empty() : settings.logins().proxies().apply(proxy);
    }

    /**
     * Not asynchronously: the JDK hands such answers over in the common pool, whose few threads may all be waiting for
     * us. The head of the answer is here within {@code patience}, or not at all; on Java 26 and newer, whose limit is
     * one for the body too (JDK-8208693), within the deadline.
     */
    private HttpResponse<HttpBody> send(HttpRequest.Builder request, Duration patience, long budget)
            throws IOException {
        deadline.check("asking " + location);
        Duration left = (LIMITS_THE_BODY ? deadline : deadline.atMost(patience)).remaining();
        try {
            HttpResponse<HttpBody> response = settings.client()
                    .send(
                            request.timeout(left.plusNanos(1)).build(),
                            info -> new HttpBody(location, deadline, settings.idle(), budget).subscriber());
            if (response.statusCode() == PROXY_AUTHENTICATION) {
                // A body there may be none of: the JDK gives null for what a proxy answers to a request for a tunnel.
                throw HttpStatus.proxyLogin(
                        location,
                        proxy(),
                        PROXY_AUTHENTICATION,
                        proxyCredentials().isPresent());
            }
            bodies.add(response.body());
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking " + location);
        } catch (IOException e) {
            if (deadline.remaining().compareTo(CLOCK_SLACK) < 0) {
                throw deadline.timeout("asking " + location);
            }
            throw e.getClass() == HttpTimeoutException.class ? HttpBody.silent(location, patience) : unreachable(e);
        }
    }

    private HoldfastException unreachable(IOException failure) {
        String proxy = proxy();
        Matcher refused = NO_TUNNEL.matcher(String.valueOf(failure.getMessage()));
        if (!proxy.isEmpty() && refused.matches()) {
            int status = Integer.parseInt(refused.group(1));
            // tinyproxy (1.11) answers a wrong login so, as if it were the server.
            return status == PROXY_AUTHENTICATION || status == HttpConnection.HTTP_UNAUTHORIZED
                    ? HttpStatus.proxyLogin(
                            location, proxy, status, proxyCredentials().isPresent())
                    : HttpStatus.ofProxy(location, proxy, status);
        }
        return Failures.unreachable(location, proxy.isEmpty() ? "" : " through the proxy " + proxy, failure);
    }

    /** Returns the proxy on the way as {@code host:port}, or nothing. */
    private String proxy() {
        ProxySelector selector = settings.client().proxy().orElseGet(ProxySelector::getDefault);
        List<Proxy> proxies = selector == null ? List.of() : selector.select(base);
        // Java's client takes no other kind, and goes straight.
        return proxies.isEmpty()
                        || proxies.get(0).type() != Proxy.Type.HTTP
                        || !(proxies.get(0).address() instanceof InetSocketAddress at)
                ? ""
                : at.getHostString() + ":" + at.getPort();
    }

    private HttpResponse<HttpBody> checked(HttpResponse<HttpBody> response, String type) throws IOException {
        if (response.statusCode() != HttpConnection.HTTP_OK) {
            response.body().drain(REDIRECT_DRAIN);
            throw HttpStatus.failure(location, response, credentials != null);
        }
        if (!HttpAnswer.mediaType(response.headers()).equals(type)) {
            response.body().close();
            String actual = response.headers().firstValue("Content-Type").orElse("nothing");
            throw new PermanentException(
                    Reason.PROTOCOL,
                    location + " answered with '" + shown(actual) + "' and not as a git server; check that the address"
                            + " is a repository's, and that no login page or proxy stands before it");
        }
        return response;
    }

    private URI moved(String to) {
        URI target;
        try {
            target = URI.create(base + INFO_REFS).resolve(to);
        } catch (IllegalArgumentException e) {
            throw redirectRefused(to, "that is no address");
        }
        String text = target.toString();
        if (!text.endsWith(INFO_REFS)
                && LOGIN.matcher(String.valueOf(target.getPath())).find()) {
            throw new PermanentException(
                    Reason.UNAUTHORIZED,
                    location + " sends who asks to a login page"
                            + (credentials == null
                                    ? " and no credentials are given for " + location.host()
                                    : "; renew the credentials for " + location.host()));
        }
        if (target.getHost() == null || target.getRawUserInfo() != null || !text.endsWith(INFO_REFS)) {
            throw redirectRefused(to, "that is not the same request elsewhere");
        }
        URI next = URI.create(text.substring(0, text.length() - INFO_REFS.length()));
        boolean upgrade = base.getScheme().equals("http")
                && next.getScheme().equals("https")
                && base.getHost().equalsIgnoreCase(next.getHost());
        if (!upgrade && !sameOrigin(base, next)) {
            throw redirectRefused(to, "only the same host may be named, and never a step back from https");
        }
        return next;
    }

    private PermanentException redirectRefused(String to, String why) {
        return new PermanentException(
                Reason.PROTOCOL,
                location + " redirects to '" + shown(to) + "', which is refused: " + why
                        + "; name the repository's real address");
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && GitLocation.host(one).equalsIgnoreCase(GitLocation.host(other));
    }
}
