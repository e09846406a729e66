package outside.stop;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.Timings;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.spring.boot.HoldfastBuilderCustomizer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * A host that is told to end by SIGTERM in the middle of an apply that somebody asked of its servlet, and one that starts after it.
 * The signal comes from within, at the same place each time.
 */
@SpringBootApplication
public class StopHost {

    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);

    /** Arguments: a repository, a directory to work in, a JDBC URL, a schema, and the point: admission, probe, or after. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(StopHost.class);
        application.setDefaultProperties(Map.of(
                "outside.repositories", arguments[0].substring(0, arguments[0].lastIndexOf('/')),
                "outside.place", arguments[1],
                "outside.url", arguments[2],
                "outside.schema", arguments[3],
                "outside.docker", false,
                "outside.point", arguments[4],
                // Long enough for a request that only has to end, too short for one that waits.
                "spring.lifecycle.timeout-per-shutdown-phase", arguments[4].equals("probe") ? "1s" : "30s"));
        application.run(arguments);
    }

    @Bean
    HoldfastBuilderCustomizer shortLeases() {
        return builder -> builder.timings(
                Timings.standard().recover(Duration.ofSeconds(2)).lease(Duration.ofSeconds(4)));
    }

    @Bean
    Probation probation() {
        return new Probation(1, Duration.ofSeconds(1), PATIENCE);
    }

    /** Before the first byte is sent: all of the delivery comes after the signal. */
    @Bean
    Admission admission(Environment environment) {
        return candidate -> {
            if (isAt("admission", environment) && candidate.version().equals(Optional.of("v1.1.0"))) {
                endThisProcess();
            }
            return new Admission.Decision.Admit();
        };
    }

    /** After the swap: what is live is on probation, which does not end before this process. */
    @Bean
    HealthProbe probe(Environment environment) {
        return (workspace, change, deadline) -> {
            if (isAt("probe", environment)) {
                endThisProcess();
                return Health.unhealthy("not yet");
            }
            return Health.healthy();
        };
    }

    private static boolean isAt(String point, Environment environment) {
        return environment.getRequiredProperty("outside.point").equals(point);
    }

    /** Returns once it has begun to end; says nothing if it has already. */
    private void endThisProcess() {
        if (stopping.getCount() == 0) {
            return;
        }
        try {
            new ProcessBuilder(
                            "sh", "-c", "kill -TERM " + ProcessHandle.current().pid())
                    .start();
            stopping.await();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at its phase: the highest comes first. */
    private record Stopping(int phase, Runnable stops) implements SmartLifecycle {

        @Override
        public void start() {}

        @Override
        public void stop() {
            stops.run();
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    @Bean
    SmartLifecycle first() {
        return new Stopping(Integer.MAX_VALUE, stopping::countDown);
    }

    /** The answer is on its way to this very process, which must not be gone before it. */
    @Bean
    SmartLifecycle last(Environment environment) {
        return new Stopping(0, () -> {
            try {
                boolean told = !isAt("admission", environment) || answered.await(20, TimeUnit.SECONDS);
                System.out.println("ENDED " + told);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Bean
    CommandLineRunner story(Holdfast holdfast, Environment environment) {
        return arguments -> {
            if (arguments[4].equals("after")) {
                after(holdfast);
                System.exit(0);
            }
            apply(holdfast, environment, arguments);
        };
    }

    private void apply(Holdfast holdfast, Environment environment, String... arguments) throws Exception {
        holdfast.install(InstallRequest.of(
                        KEY.workspace(),
                        Source.parse("git+file://" + arguments[0] + "#tag:v1.0.0"),
                        TargetAddress.parse("dir://" + arguments[1] + "/plugins"))
                .as(KEY.plugin())
                .track(TrackedRef.latestTag()));
        holdfast.sweeper().sweep();
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        String answer = post(
                "http://localhost:" + environment.getProperty("local.server.port") + "/holdfast/admin/plugin-updates/"
                        + update.id() + "/apply",
                "{\"revision\":\"" + update.to() + "\"}");
        System.out.println("ANSWER " + answer);
        answered.countDown();
    }

    private static String post(String url, String body) throws InterruptedException {
        try {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return "none: " + e;
        }
    }

    private static void after(Holdfast holdfast) throws InterruptedException {
        long began = System.nanoTime();
        Update update = theOne(holdfast);
        while (update.status() == UpdateStatus.APPLYING && System.nanoTime() - began < PATIENCE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(200);
            update = theOne(holdfast);
        }
        System.out.println("FOUND " + update.status() + ", " + holdfast.verify(KEY));
        System.out.println("AGAIN " + holdfast.updates().apply(update.id(), update.to(), "stranger"));
        long deliveries = holdfast.operations(KEY)
                .filter(one -> one.kind() == Operation.Kind.UPGRADE)
                .filter(one -> one.outcome().equals(Optional.of(Operation.Outcome.SUCCEEDED)))
                .count();
        long open = holdfast.operations(KEY)
                .filter(one -> one.outcome().isEmpty())
                .count();
        System.out.println("AFTER " + theOne(holdfast).status() + ", " + deliveries + " delivery, " + open + " open, "
                + holdfast.find(KEY).orElseThrow().release().version().orElseThrow() + ", " + holdfast.verify(KEY));
    }

    private static Update theOne(Holdfast holdfast) {
        return holdfast.updates().history(KEY, Page.Request.first(1)).items().get(0);
    }
}
