package outside.boot;

import dev.holdfast.store.jdbc.JdbcTrackingStore;
import javax.sql.DataSource;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import outside.story.Story;

/** The same on Boot's own pool. */
@SpringBootApplication
public class BootHost {

    /** Arguments: as those of the story. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(BootHost.class);
        application.setDefaultProperties(java.util.Map.of(
                "spring.datasource.url", arguments[2],
                "spring.datasource.username", "postgres",
                "spring.main.banner-mode", "off",
                "logging.level.root", "warn"));
        application.run(arguments).close();
    }

    @Bean
    JdbcTrackingStore store(DataSource pool) {
        return JdbcTrackingStore.over(pool);
    }

    @Bean
    CommandLineRunner story(JdbcTrackingStore store) {
        return arguments -> {
            System.out.println("Spring Boot " + SpringBootVersion.getVersion());
            Story.run(store, arguments);
        };
    }
}
