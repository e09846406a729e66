package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.transport.UserAgent;
import org.junit.jupiter.api.Test;

final class HttpCallTest {

    @Test
    void aUsersGitConfigurationChoosesNoHeader() throws IOException {
        List<String> sent = new ArrayList<>();
        HttpCall.Exchange exchange = new HttpCall.Exchange() {
            @Override
            public HttpAnswer get(List<String> headers) {
                sent.addAll(headers);
                return new HttpAnswer(
                        200, HttpHeaders.of(Map.of(), (name, value) -> true), new ByteArrayInputStream(new byte[0]));
            }

            @Override
            public HttpAnswer post(List<String> headers, byte[] body) {
                return get(headers);
            }
        };
        HttpCall call = new HttpCall(
                exchange, URI.create("https://git.example.com/x.git").toURL());

        call.setRequestProperty("User-Agent", "chosen by the user");
        call.setRequestProperty("X-Extra", "chosen by the user");
        call.setRequestProperty("Accept", "*/*");
        call.connect();

        assertThat(sent).containsExactly("User-Agent", UserAgent.get(), "Accept", "*/*");
    }
}
