package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page, as an operator uses it, in a real browser. */
@Needs(Facility.CHROMIUM)
final class PageIT {

    private static final String ENTER = "\uE007";
    private static final String TOKEN = "alice-has-a-long-token";

    @TempDir
    private static Path directory;

    private static PlatformFixture platform;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        platform = new PlatformFixture(directory, Map.of());
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (platform != null) {
            platform.close();
        }
    }

    private static DemoRepository updateIn(String workspace, String message) throws IOException {
        DemoRepository repository = platform.repository();
        repository
                .commit("First", Map.of("greeting.txt", "1\n", "old.txt", "1\n", "notes.txt", "plain\n"))
                .tag("v1.0.0");
        platform.installed(workspace, repository, "tag:v1.0.0", "tag:latest");
        repository
                .commit(
                        message,
                        Map.of(
                                "greeting.txt",
                                "2\n",
                                "new.txt",
                                "2\n",
                                "old.txt",
                                "",
                                "notes.txt",
                                "pl\u202ea\udb40\udd00i\u3164n\r\n"))
                .tag("v1.1.0");
        platform.look(repository);
        return repository;
    }

    private static Path live(String workspace) {
        return platform.directory().resolve("workspaces").resolve(workspace).resolve("plugins/greeter/greeting.txt");
    }

    private static void open(String place) {
        browser.open("about:blank");
        browser.open(platform.platform().url() + place);
    }

    @Test
    void anOperatorReadsTheDifferenceAppliesItAndRollsItBack() throws IOException {
        DemoRepository repository = updateIn("harbour", "Greet by name");
        open("");

        browser.click("Review greeter in harbour");
        browser.sees("Greet by name");
        assertThat(browser.text())
                .contains("greeting.txt", "new.txt", "old.txt", "4 files differ", "1 commit", "Trust policy");
        assertThat(live("harbour")).hasContent("1\n");

        browser.click("Show changed lines");
        browser.await(
                "the lines are there",
                () -> browser.text().contains("-1") && browser.text().contains("+2"));
        assertThat(browser.text()).as("characters that hide").contains("+plU+202EaU+E0100iU+3164nU+000D");
        PageRules.check(browser, "changed lines");
        browser.size(390, 860);
        PageRules.check(browser, "changed lines at 390 px");
        browser.size(1280, 860);

        browser.click("Apply v1.1.0");
        browser.sees("v1.1.0 is live in harbour.");
        assertThat(live("harbour")).hasContent("2\n");
        assertThat(browser.run("return document.querySelector('[role=status]').innerText")
                        .asText())
                .isEqualTo("greeter v1.1.0 is live");

        browser.click("Roll back");
        browser.sees("becomes live again, without asking the source");
        browser.click("Roll back");
        browser.sees("It was applied, and is not live any more.");
        assertThat(live("harbour")).hasContent("1\n");

        browser.click("Workspaces");
        browser.click("greeter v1.0.0");
        platform.look(repository);
        browser.sees("Bad revision");
        assertThat(browser.text()).contains("Rollback", "Upgrade", "Install", "operator");
    }

    @Test
    void whoShowsNoTokenSignsInAndAWrongOneDoesNotDo(@TempDir Path closed) throws IOException {
        try (PlatformFixture guarded = new PlatformFixture(closed, Map.of("HOLDFAST_TOKENS", "alice=" + TOKEN))) {
            browser.open(guarded.platform().url());
            browser.sees("This platform wants to know who you are");
            browser.sees("Not signed in");

            signIn("a-token-that-nobody-has");
            browser.sees("This platform wants to know who you are");

            signIn(TOKEN);
            browser.sees("Nothing waits for a decision.");
            browser.sees("All is well");
        }
    }

    private static void signIn(String token) {
        browser.click("Enter a token");
        browser.sees("Your token stays in this tab");
        browser.press(token.split(""));
        browser.press(ENTER);
        browser.await("the question is gone", () -> !browser.text().contains("Your token stays in this tab"));
    }

    @Test
    void theKeyboardAloneDoesAllOfIt() throws IOException {
        updateIn("keys", "Greet by keyboard");
        open("");
        browser.sees("keys");

        browser.press("\uE004");
        assertThat(browser.focused()).isEqualTo("Skip to content");
        browser.tabTo("Review greeter in keys");
        browser.press(ENTER);
        browser.sees("Greet by keyboard");
        assertThat(browser.focused()).isEqualTo("greeter in keys");

        browser.tabTo("Apply v1.1.0");
        browser.press(ENTER);
        browser.await(
                "what was applied can be rolled back where the focus is",
                () -> browser.focused().equals("Roll back"));
        assertThat(live("keys")).hasContent("2\n");

        browser.press(ENTER);
        browser.sees("Roll greeter back?");
        browser.press("\uE00C");
        browser.await("escape leads back", () -> browser.focused().equals("Roll back"));
        assertThat(live("keys")).hasContent("2\n");

        browser.press(ENTER);
        browser.sees("Roll greeter back?");
        browser.tabTo("Roll back");
        browser.press(ENTER);
        browser.sees("It was applied, and is not live any more.");
        assertThat(live("keys")).hasContent("1\n");
    }

    @Test
    void whatAuthorsWriteIsShownAndNeverRuns() throws IOException {
        String hostile = "<img src=x onerror=window.harm=1><script>window.harm=2</script>";
        updateIn("hostile", hostile);
        open("#/updates/" + platform.update("hostile").get("id"));

        browser.sees(hostile);

        assertThat(browser.run("return window.harm ?? null").isNull()).isTrue();
        assertThat(browser.run("return document.querySelectorAll('main img, main script').length")
                        .asInt())
                .isZero();
        assertThat(browser.run(
                                "try { document.body.innerHTML = '<b>x</b>'; return 'taken' } catch (e) { return e.name }")
                        .asText())
                .isEqualTo("TypeError");
    }

    @Test
    void aSourceIsSuspendedWithAReasonAndResumed() throws IOException {
        DemoRepository repository = updateIn("sources", "Second");
        String name = repository.at("ref:main").defaultName().value();
        open("#/sources");

        browser.click("Suspend: " + name);
        browser.sees("Suspend " + name + "?");
        browser.press("m", "o", "v", "e", "d", ENTER);
        browser.sees("moved");
        browser.click("Resume: " + name);
        browser.await("it is ready again", () -> !browser.text().contains("moved"));

        assertThat(platform.get("/admin/audit").json().findValuesAsText("action"))
                .contains("suspend", "resume");
    }

    @Test
    void whatIsNotThereIsSaidInWords() {
        open("#/updates/4711");
        browser.sees("It is not there, or not any more");
        open("#/nowhere");
        browser.sees("There is nothing at this address");
        open("#/containers");
        browser.sees("No container is indexed");
    }

    @Test
    void everyViewHasOneHeadingLandmarksAndNamedControls() throws IOException {
        DemoRepository repository = updateIn("views", "Second");
        Files.move(
                platform.directory()
                        .resolve("sources")
                        .resolve(repository.at("ref:main").defaultName().value()),
                platform.directory().resolve("gone"));
        platform.look(repository);
        for (String place :
                new String[] {"#/updates", "#/workspaces", "#/sources", "#/targets", "#/containers", "#/activity"}) {
            open(place);
            browser.await(
                    "the view is there",
                    () -> browser.run("return document.querySelectorAll('main h1').length")
                                    .asInt()
                            == 1);
            assertThat(browser.run("return [...document.querySelectorAll('a, button, input')].filter(e =>"
                                    + " !(e.ariaLabel || e.innerText.trim() || e.labels?.length)).length")
                            .asInt())
                    .as(place)
                    .isZero();
            assertThat(browser.run("return document.querySelectorAll('header, nav[aria-label], main').length")
                            .asInt())
                    .as(place)
                    .isGreaterThanOrEqualTo(3);
            for (int width : new int[] {1280, 1000, 420, 390}) {
                browser.size(width, 860);
                assertThat(browser.run(
                                        "return [...document.querySelectorAll('body, main *')].filter(e => !e.closest('thead')"
                                                + " && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML).join(' ')")
                                .asText())
                        .as(place + " fits into " + width)
                        .isEmpty();
                assertThat(browser.run(
                                        "return [...document.querySelectorAll('.sheet *')].filter(e => !e.closest('thead, .key')"
                                                + " && e.getBoundingClientRect().right > e.closest('.sheet').getBoundingClientRect().right + 1)"
                                                + ".map(e => e.outerHTML).join(' ')")
                                .asText())
                        .as(place + " fits into its sheets at " + width)
                        .isEmpty();
            }
        }
    }
}
