package dev.holdfast.examples.onefile;

import dev.holdfast.Explanation;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.*;
import dev.holdfast.testkit.TestHoldfast;
import java.time.Duration;

/** Lets minor updates in by themselves, a day after they were first seen, on weekend nights. */
public final class Policy {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-42");
    private static final PluginName GREETER = PluginName.of("greeter");

    private Policy() {}

    /** Takes no arguments; the clock is scripted, so that days pass at once. */
    public static void main(String... args) {
        try (TestHoldfast test = TestHoldfast.create()) {
            Holdfast holdfast = test.holdfast();
            test.upstream("acme/greeter").release("v1.0.0");
            holdfast.install(InstallRequest.of(
                            WORKSPACE,
                            Source.parse("github://acme/greeter#tag:v1.0.0"),
                            TargetAddress.parse("dir:///srv/plugins"))
                    .track(TrackedRef.latestTag())
                    .policy(UpdatePolicy.parse("auto:minor; cooldown PT24H; window sat,sun 02:00 PT3H UTC")));
            say(test, "installed");

            test.upstream("acme/greeter").release("v1.1.0");
            test.sweep();
            say(test, "v1.1.0 is out");
            test.clock().advance(Duration.ofDays(2));
            say(test, "two days later");
            test.clock()
                    .set(holdfast.explain(new InstallKey(WORKSPACE, GREETER))
                            .next()
                            .orElseThrow());
            say(test, "when the window opens");
            System.out.println(
                    "The policies applied " + holdfast.updates().applyDue().applied() + " update.");
            say(test, "after that");

            test.upstream("acme/greeter").release("v2.0.0");
            test.sweep();
            say(test, "v2.0.0 is out");
        }
    }

    private static void say(TestHoldfast test, String when) {
        Explanation why = test.holdfast().explain(new InstallKey(WORKSPACE, GREETER));
        System.out.println(test.clock().instant() + ", " + when + ": " + why.code() + ", " + why.text());
    }
}
