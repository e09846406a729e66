package dev.holdfast.resolver.jgit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.UserAgent;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/** One request as JGit sees it. What it sets beyond the protocol's own headers is not sent. */
final class HttpCall implements HttpConnection {

    private static final Set<String> SENT =
            Set.of("accept", "content-type", "content-encoding", "git-protocol", "user-agent", "pragma");

    private final Exchange session;
    private final URL url;
    private final List<String> headers = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String method = "GET";
    private @Nullable HttpAnswer answer;

    /** Sends what JGit wants to send, and returns what came back. */
    interface Exchange {

        HttpAnswer get(List<String> headers) throws IOException;

        HttpAnswer post(List<String> headers, byte[] body) throws IOException;
    }

    HttpCall(Exchange session, URL url) {
        this.session = session;
        this.url = url;
    }

    private HttpAnswer answer() throws IOException {
        if (answer == null) {
            answer = method.equals("POST") ? session.post(headers, body.toByteArray()) : session.get(headers);
        }
        return answer;
    }

    @Override
    public int getResponseCode() throws IOException {
        return answer().status();
    }

    @Override
    public URL getURL() {
        return url;
    }

    @Override
    public String getResponseMessage() throws IOException {
        return "HTTP " + answer().status();
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
        return answer == null ? Map.of() : answer.headers().map();
    }

    @Override
    public void setRequestProperty(String key, String value) {
        if (SENT.contains(key.toLowerCase(Locale.ROOT))) {
            headers.add(key);
            // The user's git configuration may name another.
            headers.add(key.equalsIgnoreCase("user-agent") ? UserAgent.get() : value);
        }
    }

    @Override
    public void setRequestMethod(String name) {
        method = name;
    }

    @Override
    public void setUseCaches(boolean usecaches) {
        // nothing is cached
    }

    @Override
    public void setConnectTimeout(int timeout) {
        // the session's deadline holds
    }

    @Override
    public void setReadTimeout(int readTimeout) {
        // the session's deadline and idle limit hold
    }

    @Override
    public @Nullable String getContentType() {
        // JGit compares it as text.
        return answer == null ? null : HttpAnswer.mediaType(answer.headers());
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return answer().body();
    }

    @Override
    public @Nullable String getHeaderField(String name) {
        return answer == null ? null : answer.headers().firstValue(name).orElse(null);
    }

    @Override
    public List<String> getHeaderFields(String name) {
        return answer == null ? List.of() : answer.headers().allValues(name);
    }

    @Override
    public int getContentLength() {
        return -1;
    }

    @Override
    public void setInstanceFollowRedirects(boolean followRedirects) {
        // the session follows by its own rule
    }

    @Override
    public void setDoOutput(boolean dooutput) {
        // the method says it
    }

    @Override
    public void setFixedLengthStreamingMode(int contentLength) {
        // the body is sent as a whole
    }

    @Override
    public OutputStream getOutputStream() {
        return body;
    }

    @Override
    public void setChunkedStreamingMode(int chunklen) {
        // the body is sent as a whole
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public boolean usingProxy() {
        return false;
    }

    @Override
    public void connect() throws IOException {
        answer();
    }

    @Override
    public void configure(KeyManager[] km, TrustManager[] tm, SecureRandom random) {
        // JGit calls this to trust everything; the client's own trust stays
    }

    @Override
    public void setHostnameVerifier(HostnameVerifier verifier) {
        // as above
    }
}
