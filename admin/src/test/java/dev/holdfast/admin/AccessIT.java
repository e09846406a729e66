package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.AdminFixture.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let in, by the host's word and without one. */
final class AccessIT {

    @SuppressWarnings("NullAway.Init")
    private AdminFixture host;

    @AfterEach
    void stop() {
        host.close();
    }

    private static AdminAccess byHeader() {
        return request -> switch (String.valueOf(request.getHeader("X-User"))) {
            case "olga" -> AdminCaller.decides("olga");
            case "leo" -> AdminCaller.looks("leo");
            case "mallory" -> AdminCaller.refused("you are not let in");
            default -> AdminCaller.unknown("sign in first");
        };
    }

    @Test
    void withoutAWordOfTheHostThisMachineIsLetInAndWhatAProxyForwardsIsNot() throws Exception {
        host = new AdminFixture(builder -> builder);

        assertThat(host.get("admin/session").json().get("name").asText()).isEqualTo("operator");
        for (String header : List.of("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")) {
            assertThat(host.get("admin/session", header, "203.0.113.9").status())
                    .isEqualTo(403);
            assertThat(host.get("", header, "203.0.113.9").status()).isEqualTo(403);
        }
    }

    @Test
    void whoMayLookReadsAndDoesNotDecide() throws Exception {
        host = new AdminFixture(builder -> builder.access(byHeader()));

        assertThat(host.get("admin/session", "X-User", "leo")
                        .json()
                        .get("mayDecide")
                        .asBoolean())
                .isFalse();
        assertThat(host.get("admin/audit", "X-User", "leo").status()).isEqualTo(200);
        Reply refused = host.post("admin/sweeps", "{}", "X-User", "leo");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().get("detail").asText()).contains("leo");
        assertThat(host.post("admin/sweeps", "{}", "X-User", "olga").status()).isEqualTo(200);
    }

    @Test
    void whoIsUnknownSeesTheFilesOfThePageAndWhoIsRefusedNothing() throws Exception {
        host = new AdminFixture(builder -> builder.access(byHeader()));

        assertThat(host.get("").status()).isEqualTo(200);
        assertThat(host.get("page/app.js").status()).isEqualTo(200);
        assertThat(host.get("admin/audit").status()).isEqualTo(401);
        assertThat(host.get("admin/events").status()).isEqualTo(401);
        for (String path : List.of("", "page/app.js", "healthz", "admin/audit", "nothing")) {
            assertThat(host.get(path, "X-User", "mallory").status()).as(path).isEqualTo(403);
        }
    }

    @Test
    void theHostsOwnProtectionAgainstForgedRequestsIsToldToThePage() throws Exception {
        AdminAccess withCsrf = new AdminAccess() {
            @Override
            public AdminCaller caller(jakarta.servlet.http.HttpServletRequest request) {
                return AdminCaller.decides("olga");
            }

            @Override
            public Optional<AdminCsrf> csrf(jakarta.servlet.http.HttpServletRequest request) {
                return Optional.of(new AdminCsrf("X-CSRF-TOKEN", "secret-of-the-session"));
            }
        };
        host = new AdminFixture(builder -> builder.access(withCsrf));

        Reply session = host.get("admin/session");

        assertThat(session.json().get("csrfHeader").asText()).isEqualTo("X-CSRF-TOKEN");
        assertThat(session.json().get("csrfToken").asText()).isEqualTo("secret-of-the-session");
    }

    @Test
    void aPageOfAnotherSiteIsRefusedAndAProxyThatChangesTheNameIsNot() throws Exception {
        host = new AdminFixture(builder -> builder);

        assertThat(host.post("admin/sweeps", "{}", "Origin", "https://other.example")
                        .status())
                .isEqualTo(403);
        assertThat(host.post("admin/sweeps", "{}", "Origin", "null").status()).isEqualTo(403);
        assertThat(host.post("admin/sweeps", "{}", "Sec-Fetch-Site", "cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(host.post("admin/sweeps", "{}", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
                        .status())
                .isEqualTo(403);
        assertThat(host.post("admin/sweeps", "{}", "Origin", "https://shop.example", "Sec-Fetch-Site", "same-origin")
                        .status())
                .isEqualTo(200);
        assertThat(host.send(host.request("admin/sweeps")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}")))
                        .status())
                .isEqualTo(415);
    }
}
