package dev.holdfast.resolver.jgit;

import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

/** A good answer to one request, from the server or from memory. */
record HttpAnswer(int status, HttpHeaders headers, InputStream body) {

    static HttpAnswer of(HttpResponse<?> response, InputStream body) {
        return new HttpAnswer(response.statusCode(), response.headers(), body);
    }
}
