package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the demo shows, in light and dark, as pictures for the manual: into {@code target/screenshots}, or where
 * {@code -Dholdfast.screenshots=...} says.
 */
@Needs(Facility.CHROMIUM)
final class ScreenshotIT {

    private final Path pictures = Path.of(System.getProperty("holdfast.screenshots", "target/screenshots"));

    @Test
    void theDemoHasSomethingToSee() throws IOException {
        HostOptions options = new HostOptions();
        options.port = 0;
        try (Demo demo = Demo.start(options, Map.of());
                Browser browser = Browser.start()) {
            String url = demo.platform().url();
            browser.open(url);
            browser.sees("5 updates wait for a decision");
            picture(browser, "updates-light");

            browser.click("Review greeter in cumulus");
            browser.sees("Greet people by their names");
            browser.dark(true);
            picture(browser, "update-dark");
            browser.click("Apply v1.1.0");
            browser.sees("v1.1.0 is live in cumulus.");
            picture(browser, "applied-dark");

            browser.run("location.hash = '#/sources'");
            browser.sees("1 cannot be asked");
            browser.dark(false);
            picture(browser, "sources-light");
            browser.click("Workspaces");
            browser.sees("3 workspaces");
            picture(browser, "workspaces-light");

            browser.size(420, 800);
            browser.click("greeter v1.1.0");
            browser.sees("What is live");
            picture(browser, "plugin-narrow");
        }
        assertThat(Files.size(pictures.resolve("plugin-narrow.png"))).isGreaterThan(10_000);
    }

    /** Scrolls up, waits for what moves to have moved, and takes the picture. */
    private void picture(Browser browser, String name) throws IOException {
        browser.run("scrollTo(0, 0); document.activeElement.blur()");
        browser.await(
                "nothing moves",
                () -> browser.run("return document.getAnimations().every(a =>"
                                + " a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)")
                        .asBoolean());
        browser.screenshot(pictures.resolve(name + ".png"));
    }
}
