package outside.boot;

import dev.holdfast.Holdfast;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import outside.story.Story;

/** The same by the starter, on Boot's own pool and web server: application.yml is all the wiring. */
@SpringBootApplication
public class BootHost {

    /** Arguments: as those of the story. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(BootHost.class);
        application.setDefaultProperties(Map.of(
                "outside.repositories", Path.of(arguments[0]).getParent().toString(),
                "outside.place", arguments[1],
                "outside.url", arguments[2],
                "outside.schema", arguments[3],
                "outside.docker", arguments.length > 4));
        application.run(arguments).close();
    }

    @Bean
    CommandLineRunner story(
            Holdfast holdfast,
            MeterRegistry meters,
            @Qualifier("holdfastHealthIndicator") Object indicator,
            Environment environment) {
        return arguments -> {
            System.out.println("Spring Boot " + SpringBootVersion.getVersion());
            Story.play(holdfast, arguments);
            // The interface has another package in each line of Boot.
            Object health = indicator.getClass().getInterfaces()[0].getMethod("health").invoke(indicator);
            long operations = meters.get("holdfast.operations").counters().size();
            System.out.println("Health: " + health + ", " + operations + " kinds of operations counted");
            String base = "http://localhost:" + environment.getProperty("local.server.port") + "/holdfast/";
            boolean page = get(base).contains("<title>")
                    && get(base + "admin/plugin-updates?status=applied").contains("\"greeter\"");
            System.out.println("The operators' page: " + page);
            if (health.toString().contains("UP") && operations > 0 && page) {
                System.out.println(holdfast.health().verdict());
            }
        };
    }

    private static String get(String url) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(url + " answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }
}
