package dev.holdfast.examples.cli;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The story that the demo tells, and checks while telling it. */
final class DemoStory {

    private static final InstallKey KEY = InstallKey.of("ws-42", "greeter");
    private static final String OPERATOR = "olivia";

    private final Cli cli;
    private final HostOptions options;
    private final Path directory;
    private final Path plugins;
    private final Clock clock;
    private final Paper paper;
    private int step;

    DemoStory(Cli cli, HostOptions options, Path directory) {
        this.cli = cli;
        this.options = options;
        this.directory = directory;
        this.plugins = directory.resolve("plugins");
        this.clock = cli.console().clock();
        this.paper = new Paper(cli.console().out(), clock);
    }

    ExitCode tell() throws IOException {
        Instant begun = clock.instant();
        paper.line("Holdfast demo. All of it is real: a git repository, a PostgreSQL, files on disk, all of them in");
        paper.line(directory.toString());
        DemoReader reader;
        try (DemoUpstream upstream = DemoUpstream.init(directory.resolve("upstream/greeter"));
                Host host = cli.open(options)) {
            note("PostgreSQL is up after " + seconds(begun));
            reader = story(upstream, host);
        }
        paper.line("");
        paper.line("Done in " + seconds(begun) + ".");
        return reader.torn() + reader.absent() == 0 ? ExitCode.OK : ExitCode.DEFECT;
    }

    private DemoReader story(DemoUpstream upstream, Host host) throws IOException {
        install(upstream, host);
        try (DemoReader reader = DemoReader.start(plugins.resolve(KEY.plugin().value()))) {
            update(upstream, host);
            rollback(upstream, host);
            return reader(reader);
        } finally {
            uninstall(host.holdfast());
        }
    }

    private void install(DemoUpstream upstream, Host host) throws IOException {
        step("The author releases greeter v1.0.0");
        released(upstream.release("v1.0.0", false), "a plain tag");

        step("We install it into workspace ws-42, to follow tag:latest from then on");
        InstallRequest request = InstallRequest.of(
                        KEY.workspace(), upstream.at("v1.0.0"), new TargetAddress("dir", "", plugins.toString()))
                .track(TrackedRef.latestTag())
                .by(OPERATOR);
        tell(new ChangeAnswer(host.holdfast().install(request)));
        live("v1.0.0");
        note("From here on a reader reads both files over and over.");
    }

    private void update(DemoUpstream upstream, Host host) throws IOException {
        step("The author releases v1.1.0");
        released(upstream.release("v1.1.0", true), "an annotated tag");

        step("We sweep: each upstream is asked once, whatever the number of installs");
        sweep(upstream, host);

        step("We look at what waits for a decision");
        List<Update> pending = host.holdfast().updates().pending().toList();
        tell(new UpdatesAnswer(new Page<>(pending, Optional.empty())));

        step("We apply exactly the revision that we reviewed, once");
        Update reviewed = pending.get(0);
        apply(host.holdfast(), reviewed);
        live("v1.1.0");
        note("and again:");
        apply(host.holdfast(), reviewed);
    }

    private void rollback(DemoUpstream upstream, Host host) throws IOException {
        step("v1.1.0 greets the wrong people: we roll back, without asking the source");
        tell(new ChangeAnswer(host.holdfast().rollback(KEY, OPERATOR)));
        live("v1.0.0");

        step("We sweep again: upstream is ahead, and v1.1.0 is remembered as bad here");
        sweep(upstream, host);
        tell(new UpdatesAnswer(host.holdfast().updates().pending(Page.Request.first(Page.LARGEST))));
    }

    private DemoReader reader(DemoReader reader) {
        reader.close();
        step("What the reader saw");
        note(String.format(
                Locale.ROOT,
                "%,d reads while versions changed: %d saw a mixture of two, %d saw nothing",
                reader.reads(),
                reader.torn(),
                reader.absent()));
        return reader;
    }

    private void uninstall(Holdfast holdfast) {
        step("We uninstall");
        tell(new ChangeAnswer(holdfast.uninstall(KEY, OPERATOR)));

        step("What was decided and changed, newest first");
        tell(new AuditAnswer(holdfast.audit(KEY.workspace(), Page.Request.first(20))));
    }

    private void sweep(DemoUpstream upstream, Host host) {
        host.told();
        tell(new SweepAnswer(
                host.holdfast().sweeper().check(upstream.at("v1.0.0")).stream().toList(), host.told()));
    }

    private void apply(Holdfast holdfast, Update reviewed) {
        tell(new ApplyAnswer(
                reviewed.id(),
                holdfast.updates().apply(reviewed.id(), reviewed.to(), OPERATOR),
                holdfast.updates().find(reviewed.id())));
    }

    /** Shows what a reader of the target sees, and insists on the version. */
    private void live(String version) throws IOException {
        Path link = plugins.resolve(KEY.plugin().value());
        note("plugins/greeter -> " + Files.readSymbolicLink(link));
        for (String file : List.of("greeting.txt", "plugin.json")) {
            String text = Files.readString(link.resolve(file)).strip();
            note("  " + file + ": " + text);
            if (!text.contains(version)) {
                throw new IllegalStateException(file + " should be of " + version + ", and is '" + text + "'");
            }
        }
    }

    private void released(Revision revision, String tag) {
        note(tag + " on commit " + revision);
    }

    private void step(String title) {
        step++;
        paper.line("");
        paper.line("[" + step + "] " + title);
    }

    private void note(String text) {
        paper.line("    " + text);
    }

    private void tell(Answer answer) {
        answer.print(paper.indented("    "));
    }

    private String seconds(Instant since) {
        return String.format(
                Locale.ROOT, "%.1f s", Duration.between(since, clock.instant()).toMillis() / 1000.0);
    }
}
