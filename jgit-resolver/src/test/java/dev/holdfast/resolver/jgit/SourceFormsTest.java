package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SourceFormsTest {

    private final SourceForms forms = new SourceForms(
            Map.of("git.inside", URI.create("http://10.0.0.1:8080/gitea"), "plain.inside", URI.create("https://p")));

    @ParameterizedTest
    @CsvSource({
        "github://acme/greeter, https://github.com/acme/greeter.git, ''",
        "github://acme/greeter.git, https://github.com/acme/greeter.git, ''",
        "github://acme/tools/plugins/greeter, https://github.com/acme/tools.git, plugins/greeter",
        "github://acme/.github, https://github.com/acme/.github.git, ''",
        "github://acme/.tmux/sub, https://github.com/acme/.tmux.git, sub",
        "github://acme/_x, https://github.com/acme/_x.git, ''",
        "gitlab://git.example.com/.group/r, https://git.example.com/.group/r.git, ''",
        "git+https://dev.azure.com/o/My%20Project/_git/x, https://dev.azure.com/o/My%20Project/_git/x, ''",
        "gitea://git.example.com/acme/greeter, https://git.example.com/acme/greeter.git, ''",
        "gitea://Git.Example.COM:8443/acme/tools/sub, https://git.example.com:8443/acme/tools.git, sub",
        "gitea://git.inside/acme/greeter, http://10.0.0.1:8080/gitea/acme/greeter.git, ''",
        "gitlab://gitlab.com/group/sub/group/repo, https://gitlab.com/group/sub/group/repo.git, ''",
        "gitlab://gitlab.com/group/repo//a/b, https://gitlab.com/group/repo.git, a/b",
        "git+https://git.example.com/x.git, https://git.example.com/x.git, ''",
        "git+https://git.example.com/~me/x, https://git.example.com/~me/x, ''",
        "git+https://[::1]:8443/x.git//sub, https://[::1]:8443/x.git, sub",
        "git://git.example.com:9419/acme/x.git//sub, git://git.example.com:9419/acme/x.git, sub",
        "git+ssh://git@git.example.com/acme/x.git//sub, ssh://git@git.example.com/acme/x.git, sub",
        "git+file:///srv/git/x.git, file:///srv/git/x.git, ''",
        "git+file:///srv/git/x.git//sub/dir, file:///srv/git/x.git, sub/dir",
    })
    void takesASourceApart(String text, String url, String subdirectory) {
        GitSource source = forms.parse(Source.parse(text));

        assertThat(source.location()).hasToString(url);
        assertThat(source.subdirectory()).isEqualTo(subdirectory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "github://acme",
                "git+https://git.example.com/a/%2e%2e/x",
                "git+https://git.example.com/a%2Fb",
                "git+https://git.example.com/a%0ab",
                "git+https://git.example.com/a%",
                "github://acme/.git",
                "github://acme//greeter",
                "github://acme/greeter//sub",
                "github://acme/a%2e",
                "gitea://git.example.com/acme",
                "gitea://git..example.com/a/b",
                "gitea://git.example.com:99999/a/b",
                "gitea://ex_ample/a/b",
                "gitlab://gitlab.com/group",
                "git+https://git.example.com",
                "git+https://git.example.com/a@b",
                "git+ssh://we:ird@git.example.com/x.git",
                "git://git@git.example.com/x.git",
                "git+file://srv/x.git",
                "git://a.1/x.git",
                "git+https://1.2.3/x.git",
                "git+ssh://git@a-.b/x.git",
                "gitea://1.2.3/a/b",
                "gitlab://a.1:8443/group/repo",
                "git+https://[:::]/x.git",
            })
    void refusesWhatHasNotTheFormOfItsScheme(String text) {
        assertThatThrownBy(() -> forms.parse(Source.parse(text)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "github://acme/greeter, github.com",
        "git+https://git.example.com:443/x.git, git.example.com",
        "git+https://git.example.com:8443/x.git, git.example.com:8443",
        "git+http://git.example.com:80/x.git, git.example.com",
        "git+ssh://git@git.example.com:22/x.git, git.example.com",
        "git://Git.Example.com:9418/x.git, git.example.com",
        "git+file:///srv/x.git, local",
    })
    void namesTheHostWithItsPortUnlessThatIsTheUsualOne(String text, String host) {
        assertThat(forms.parse(Source.parse(text)).location().host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tag:v1.0.0", "tag:latest", "semver:^1.2", "ref:main", "ref:refs/heads/a/b"})
    void everyFormOfRefSurvivesTheWayThroughASource(String ref) {
        Source source = Source.parse("github://acme/greeter#" + ref);

        assertThat(source.ref()).isEqualTo(TrackedRef.parse(ref));
        assertThat(Source.parse(source.toString())).isEqualTo(source);
    }
}
