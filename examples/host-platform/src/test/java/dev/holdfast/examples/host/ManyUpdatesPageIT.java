package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.ReaderHold;
import dev.holdfast.admin.AdminEvents;
import dev.holdfast.admin.AdminServlet;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.release.PluginDirectory;
import dev.holdfast.release.PluginHold;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.testkit.TestHoldfast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The page of an operator with 400 updates in 50 workspaces, in a real browser. Each step goes on where the one before
 * ended.
 */
@Needs(Facility.CHROMIUM)
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ManyUpdatesPageIT {

    private static final int WORKSPACES = 50;
    private static final int PLUGINS = 8;
    private static final String ENTER = "\uE007";

    private static final Path PICTURES = Path.of(System.getProperty("holdfast.screenshots", "target/screenshots"));

    private static TestHoldfast test;
    private static Server server;
    private static AdminEvents events;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        events = AdminEvents.create();
        test = TestHoldfast.create(
                "github",
                builder -> builder.listener(events)
                        .healthProbe(
                                (workspace, change, deadline) ->
                                        change.plugin().value().equals("plugin-5")
                                                ? Health.unhealthy("crash loop")
                                                : Health.healthy(),
                                new Probation(1, Duration.ofSeconds(3), Duration.ofSeconds(3))));
        for (int plugin = 1; plugin <= PLUGINS; plugin++) {
            test.upstream("acme/plugin-" + plugin).release("v1.0.0");
            for (int workspace = 1; workspace <= WORKSPACES; workspace++) {
                install(workspace, plugin);
            }
            test.upstream("acme/plugin-" + plugin).release("v2.4.0");
        }
        test.holdfast().labels().set(WorkspaceId.of("ws-7"), Labels.of("env", "prod"), "alice");
        test.sweep();
        server = new Server(0);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder holder =
                new ServletHolder(AdminServlet.builder(test.holdfast(), events).build());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/ops/holdfast/*");
        server.setHandler(context);
        server.start();
        browser = Browser.start();
    }

    private static void install(int workspace, int plugin) {
        test.holdfast()
                .install(InstallRequest.of(
                                WorkspaceId.of("ws-" + workspace),
                                Source.parse("github://acme/plugin-" + plugin + "#tag:v1.0.0"),
                                TargetAddress.parse("docker://ws-" + workspace + "/configs/plugins"))
                        .track(TrackedRef.latestTag()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        events.close();
        if (server != null) {
            server.stop();
        }
        test.close();
    }

    private static void open(String place) {
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        browser.open("about:blank");
        browser.open("http://127.0.0.1:" + port + "/ops/holdfast/" + place);
    }

    private static String version(int workspace, int plugin) {
        return test.holdfast()
                .find(InstallKey.of("ws-" + workspace, "plugin-" + plugin))
                .flatMap(install -> install.release().version())
                .orElse("none");
    }

    private static int requests() {
        return browser.run("return performance.getEntriesByType('resource').filter(e => e.initiatorType === 'fetch'"
                        + " && !e.name.endsWith('/admin/events')).length")
                .asInt();
    }

    private static void picture(String name) throws IOException {
        browser.run(
                "scrollTo(0, 0); document.activeElement.blur(); document.getElementById('status').replaceChildren()");
        browser.screenshot(PICTURES.resolve(name + ".png"));
    }

    @Test
    @Order(1)
    void fourHundredUpdatesAreShownByReleaseWithTwoRequests() throws IOException {
        open("");

        browser.sees("400 updates wait for a decision");

        assertThat(requests()).isLessThanOrEqualTo(2);
        assertThat(browser.text()).contains("plugin-3 v2.4.0 for 50 workspaces", "400 updates, 8 releases");
        assertThat(browser.run("return document.querySelectorAll('main *').length")
                        .asInt())
                .as("elements at the first sight")
                .isLessThan(1000);
        picture("many-updates-light");
        PageRules.check(browser, "grouped updates");
        browser.size(390, 860);
        PageRules.check(browser, "grouped updates at 390 px");
        browser.dark(true);
        PageRules.check(browser, "grouped updates in the dark");
        picture("many-updates-390-dark");
        browser.dark(false);
        browser.size(2560, 1200);
        PageRules.check(browser, "grouped updates at 2560 px");
        browser.size(1280, 860);
    }

    @Test
    @Order(2)
    void oneReleaseIsFilteredAndAppliedToFiftyWorkspacesAndRolledBackInOne() {
        open("");
        browser.sees("8 releases");
        browser.run("const e = document.querySelector('[data-key=search]'); e.value = 'plugin-3';"
                + " e.dispatchEvent(new Event('input'))");
        browser.sees("50 of 400 updates, 1 release");

        browser.click("Apply to 50: plugin-3 v2.4.0");
        browser.sees("Exactly the revisions in this list become live in 50 workspaces.");
        browser.click("Apply to 50");
        browser.sees("50 of 50 applied");

        assertThat(version(1, 3)).isEqualTo("v2.4.0");
        assertThat(version(50, 3)).isEqualTo("v2.4.0");
        browser.sees("350 updates wait for a decision");
        assertThat(requests()).as("what 100 events and two parts ask for").isLessThan(40);

        browser.run("location.hash = '#/workspaces/ws-7/plugin-3'");
        browser.click("Roll back");
        browser.sees("becomes live again, without asking the source");
        browser.click("Roll back");
        browser.await("it is back", () -> version(7, 3).equals("v1.0.0"));
        assertThat(version(8, 3)).isEqualTo("v2.4.0");
    }

    @Test
    @Order(3)
    void theKeyboardAloneDismissesOneRelease() {
        open("");
        browser.sees("releases");

        browser.tabTo("Search");
        browser.press("p", "l", "u", "g", "i", "n", "-", "4");
        browser.sees("50 of");
        browser.tabTo("Select all of plugin-4 v2.4.0");
        browser.press(" ");
        browser.sees("50 selected");
        browser.tabTo("Dismiss selected");
        browser.press(ENTER);
        browser.sees("They are not offered again in 50 workspaces.");
        browser.press("b", "a", "d", ENTER);

        browser.sees("50 of 50 dismissed");
        assertThat(test.holdfast().updates().pending())
                .noneMatch(update -> update.subject().toString().contains("plugin-4"));
    }

    @Test
    @Order(4)
    void aRolloutThatHaltsIsShownAndItsRevisionIsInQuarantine() throws IOException {
        test.holdfast().rollouts().setPlan("careful", RolloutPlan.parse("ring 10%; ring rest; halt 20% of 5"), "alice");
        open("#/rollouts");
        browser.sees("There was no rollout yet");
        Update update = test.holdfast()
                .updates()
                .pending()
                .filter(one -> one.subject().toString().contains("plugin-5"))
                .findFirst()
                .orElseThrow();
        test.holdfast().rollouts().start("careful", Source.parse("github://acme/plugin-5"), update.to(), "alice");
        browser.sees("plan careful");
        browser.click("Pause: plugin-5 v2.4.0");
        browser.click("Pause");
        browser.sees("Paused");
        browser.click("Resume: plugin-5 v2.4.0");
        browser.click("Resume");
        browser.await("it runs", () -> browser.text().contains("Running"));

        test.holdfast().updates().applyDue();

        browser.sees("Halted");
        PageRules.check(browser, "a halted rollout");
        picture("rollout-halted");
        browser.run("location.hash = '#/quarantines'");
        browser.sees("1 quarantine in force");
        PageRules.check(browser, "quarantines");
        picture("quarantines");
        browser.click("Lift: quarantine "
                + test.holdfast().quarantines().active().get(0).id());
        browser.sees("From then on it may be installed again.");
        browser.click("Lift");
        browser.sees("0 quarantines in force");
    }

    @Test
    @Order(5)
    void anotherPluginIsInstalledBesideOnesThatAreThere() throws IOException {
        test.upstream("acme/extra").release("v1.0.0");
        open("#/workspaces");
        browser.click("Install into ws-7");
        browser.sees("Install into ws-7");
        browser.press("github://acme/extra#tag:v1.0.0".split(""));
        PageRules.check(browser, "the install form");
        browser.screenshot(PICTURES.resolve("install-form.png"));
        browser.press(ENTER);

        browser.sees("extra v1.0.0 is live in ws-7");
        assertThat(test.holdfast().find(InstallKey.of("ws-7", "extra"))).isPresent();
        for (String view : new String[] {"#/workspaces", "#/workspaces/ws-7/plugin-3", "#/activity", "#/sources"}) {
            open(view);
            browser.await(
                    "the view is there",
                    () -> browser.run("return document.querySelectorAll('main h1').length")
                                    .asInt()
                            == 1);
            PageRules.check(browser, view);
        }
    }

    @Test
    @Order(6)
    void whatSomebodyRemovedFromATargetIsSeenAndRepaired() throws IOException {
        Path live = test.live("ws-9", "plugin-2");
        Files.delete(live);
        open("#/targets");
        browser.sees("Every install is as it was delivered");
        test.holdfast().inspections().hasten("ws-9");

        browser.click("Look at what is due");
        browser.sees("1 install differs from what was delivered.");
        PageRules.check(browser, "targets");
        picture("targets");
        browser.size(390, 860);
        PageRules.check(browser, "targets at 390 px");
        browser.size(1280, 860);
        browser.click("Repair: plugin-2 in ws-9");
        browser.sees("is made whole");
        browser.click("Repair");

        browser.sees("Nothing differs");
        assertThat(live.resolve("SKILL.md")).exists();
        assertThat(requests()).as("what a look and a repair ask for").isLessThan(20);
    }

    @Test
    @Order(7)
    void aReaderThatIsGoneLosesItsHold() throws IOException {
        Path root = test.live("ws-9", "plugin-2").resolveSibling("");
        try (PluginHold hold = PluginDirectory.at(root)
                .hold(PluginName.of("plugin-2"), "session-42")
                .orElseThrow()) {
            assertThat(hold).isNotNull();
            String holder = holds().get(0).holder();
            open("#/workspaces/ws-9/plugin-2");
            browser.click("Readers");
            browser.sees(holder);
            PageRules.check(browser, "readers");

            browser.click("Break the hold of " + holder);
            browser.sees("Do it only if that reader is gone.");
            browser.click("Break");

            browser.sees("No reader holds a release.");
            assertThat(holds()).isEmpty();
        }
    }

    private static List<ReaderHold> holds() {
        return test.holdfast().holds(WorkspaceId.of("ws-9")).holds();
    }

    @Test
    @Order(8)
    void aPinnedSignerIsShownAndForgotten() {
        String signer = "SHA256:" + "b".repeat(43);
        Upstream upstream = new Upstream("github", "github://acme/plugin-2", "scripted");
        test.store().trust().pinFirst(upstream, Pin.Kind.SIGNER, Set.of(signer), "alice");
        open("#/sources");
        browser.click("Pins: plugin-2");
        browser.sees(signer);
        PageRules.check(browser, "pins");

        browser.click("Forget signer: plugin-2");
        browser.sees("is pinned anew");
        browser.press("m", "o", "v", "e", "d", ENTER);

        browser.sees("Nothing is pinned.");
        assertThat(test.holdfast().trust().pins(upstream)).isEmpty();
    }

    @Test
    @Order(9)
    void whatAQuarantineAffectsIsRolledBackFromThePage() throws IOException {
        test.holdfast().rollouts().setPlan("careful", RolloutPlan.parse("ring 10%; ring rest; halt 20% of 5"), "alice");
        Revision bad = test.holdfast()
                .find(InstallKey.of("ws-8", "plugin-3"))
                .orElseThrow()
                .revision();
        long id = test.holdfast()
                .quarantines()
                .declare(Quarantine.Declaration.of(Quarantine.Content.revision(bad), "it eats data", "alice"))
                .id();
        open("#/quarantines");

        browser.click("Roll back: quarantine " + id);
        browser.sees("49 installs run it.");
        PageRules.check(browser, "the form that rolls back what a quarantine affects");
        browser.click("Roll 49 back");

        browser.sees("49 installs rolled back");
        assertThat(version(8, 3)).isEqualTo("v1.0.0");
        assertThat(test.holdfast().quarantines().active().get(0).id()).isEqualTo(id);
        assertThat(requests()).as("what 49 rollbacks ask for").isLessThan(40);
    }
}
