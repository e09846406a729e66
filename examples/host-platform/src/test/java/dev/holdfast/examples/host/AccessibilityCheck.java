package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every view, and the dialogs, by the rules of axe-core. Run by {@code checks/accessibility}, which fetches that; no
 * build does.
 */
final class AccessibilityCheck {

    private static final String[] VIEWS = {
        "updates", "workspaces", "rollouts", "quarantines", "sources", "targets", "containers", "activity", "nowhere"
    };
    private static final String FOUND = "return axe.run().then(found => found.violations.flatMap(rule =>"
            + " rule.nodes.map(node => rule.id + ': ' + node.target + ' ' + node.html.slice(0, 120))).join('\\n'))";

    private final String axe;

    AccessibilityCheck() throws IOException {
        axe = Files.readString(Path.of(System.getProperty("holdfast.axe")));
    }

    @Test
    void noViewBreaksARuleInLightOrDarkWideOrNarrow() throws IOException {
        HostOptions options = new HostOptions();
        options.port = 0;
        try (Demo demo = Demo.start(options, Map.of());
                Browser browser = Browser.start()) {
            String url = demo.platform().url();
            aFaultThatIsThereIsFound(browser, url);
            for (boolean dark : new boolean[] {false, true}) {
                for (int width : new int[] {1280, 390}) {
                    String how = (dark ? " dark " : " light ") + width;
                    browser.dark(dark);
                    browser.size(width, 860);
                    for (String view : VIEWS) {
                        open(browser, url + "#/" + view);
                        check(browser, view + how);
                    }
                    open(browser, url + "#/workspaces/cumulus/greeter");
                    check(browser, "a plugin" + how);
                    dialogs(browser, url, how);
                }
            }
        }
    }

    /** Otherwise nothing that follows would say anything. */
    private void aFaultThatIsThereIsFound(Browser browser, String url) {
        open(browser, url);
        browser.run(axe + "; window.axe = axe; document.querySelector('main').append(document.createElement('img'))");
        assertThat(browser.run(FOUND).asText()).contains("image-alt");
    }

    private void dialogs(Browser browser, String url, String how) {
        open(browser, url);
        browser.click("Review greeter in cumulus");
        browser.sees("Greet people by their names");
        check(browser, "an update" + how);
        browser.click("Show changed lines");
        browser.await(
                "the lines are there",
                () -> browser.run("return !!document.querySelector('.line-by-line .sheet')")
                        .asBoolean());
        check(browser, "changed lines" + how);
        browser.click("Dismiss");
        browser.await(
                "it asks",
                () -> browser.run("return !!document.querySelector('dialog[open]')")
                        .asBoolean());
        check(browser, "a question" + how);
        open(browser, url + "#/workspaces");
        browser.click("Install into cumulus");
        browser.sees("The source is fetched, checked, and made live at once.");
        check(browser, "the install form" + how);
    }

    private static void open(Browser browser, String place) {
        browser.open("about:blank");
        browser.open(place);
        browser.await(
                "the view is there",
                () -> browser.run("return document.querySelectorAll('main h1').length")
                                .asInt()
                        == 1);
    }

    private void check(Browser browser, String what) {
        browser.await(
                "nothing moves",
                () -> browser.run("return document.getAnimations().every(a =>"
                                + " a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)")
                        .asBoolean());
        browser.run(axe + "; window.axe = axe");
        assertThat(browser.run(FOUND).asText()).as(what).isEmpty();
    }
}
