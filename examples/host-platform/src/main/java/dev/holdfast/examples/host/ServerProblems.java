package dev.holdfast.examples.host;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Problem documents for what the server refuses before any route is asked: paths that are none, headers that are too long. */
final class ServerProblems implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String title = HttpStatus.getMessage(status).toLowerCase(Locale.ROOT);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        byte[] body = Json.bytes(Problem.of(status, title, "the server does not take this request"));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
