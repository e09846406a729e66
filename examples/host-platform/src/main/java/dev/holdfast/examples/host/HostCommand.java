package dev.holdfast.examples.host;

import dev.holdfast.spi.HoldfastException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the platform, says where it is, and stays until the process is asked to end. */
@Command(
        name = "holdfast-host",
        usageHelpWidth = 110,
        description = "A small platform whose workspaces run plugins, with a page for its operators. Without options it"
                + " shows a demo.",
        footer = {
            "",
            "HOLDFAST_TOKENS names who may decide (alice=...,bob=...); needed to listen where other machines are.",
            "HOLDFAST_HOOK_SECRET is what webhooks are signed with. HOLDFAST_JDBC_PASSWORD is for --jdbc."
        })
final class HostCommand implements Callable<Integer> {

    private static final int REFUSED = 3;

    private final PrintStream out;
    private final Map<String, String> environment;

    @Mixin
    private final HostOptions options = new HostOptions();

    HostCommand(PrintStream out, Map<String, String> environment) {
        this.out = out;
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Opened running = new Opened();
        try {
            Platform platform = options.isDemo()
                    ? running.add(Demo.start(options, environment)).platform()
                    : running.add(Platform.start(options, environment));
            Runtime.getRuntime().addShutdownHook(new Thread(running::close, "holdfast-host-close"));
            out.println("Holdfast host: " + platform.url());
            out.println(
                    options.isDemo()
                            ? "A demo: all of it is real, and gone when you press Ctrl-C."
                            : "Ctrl-C ends it.");
        } catch (HoldfastException e) {
            running.close();
            out.println("holdfast-host: " + e.getMessage());
            return REFUSED;
        }
        new CountDownLatch(1).await();
        return 0;
    }
}
