package dev.holdfast.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.AdminAccess;
import dev.holdfast.admin.AdminEvents;
import dev.holdfast.admin.AdminServlet;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletConfig;

/** When a host serves the operators' page, and to whom. */
@ExtendWith(OutputCaptureExtension.class)
final class AdminConfigurationTest {

    private static final String[] ON = {"holdfast.admin.enabled=true", "holdfast.auto-start=false"};

    private final ApplicationContextRunner anyHost = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(HoldfastAutoConfiguration.class))
            .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
            .withBean(InMemoryTrackingStore.class, InMemoryTrackingStore::create);

    /** Sessions are what makes a web application. */
    private final ApplicationContextRunner host = anyHost.withInitializer(
            context -> context.getBeanFactory().registerScope("session", new SimpleThreadScope()));

    @Configuration(proxyBeanMethods = false)
    static final class Roles {

        @Bean
        AdminAccess access() {
            return AdminAccess.roles("plugins-look", "plugins-decide");
        }
    }

    @Test
    void thePageIsServedOnlyWhereTheHostSaysSo() {
        host.withPropertyValues("holdfast.auto-start=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(AdminEvents.class)
                        .doesNotHaveBean(ServletRegistrationBean.class));
        host.withPropertyValues(ON)
                .run(context ->
                        assertThat(registration(context).getUrlMappings()).containsExactly("/holdfast/*"));
        host.withPropertyValues(ON)
                .withPropertyValues("holdfast.admin.path=/ops/plugins")
                .run(context ->
                        assertThat(registration(context).getUrlMappings()).containsExactly("/ops/plugins/*"));
    }

    @Test
    void aHostWithoutTheJarOrWithoutAWebServerStartsWithoutThePage() {
        host.withPropertyValues(ON)
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health", "dev.holdfast.admin"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ServletRegistrationBean.class));
        anyHost.withPropertyValues(ON)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(AdminEvents.class));
    }

    @Test
    void withoutAWordOfTheHostOnlyThisMachineIsLetInAndTheLogSaysSo(CapturedOutput output) {
        host.withPropertyValues(ON).run(context -> {
            assertThat(output).containsOnlyOnce("only callers on this machine").contains("/holdfast/");
            assertThat(status(context, request -> request)).isEqualTo(200);
            assertThat(status(context, AdminConfigurationTest::fromElsewhere)).isEqualTo(403);
        });
    }

    @Test
    void theHostsAccessDecidesWhoIsLetIn(CapturedOutput output) {
        host.withPropertyValues(ON).withUserConfiguration(Roles.class).run(context -> {
            assertThat(output).doesNotContain("only callers on this machine");
            assertThat(status(context, request -> request)).isEqualTo(401);
            assertThat(status(context, request -> {
                        request.setUserPrincipal(() -> "leo");
                        request.addUserRole("plugins-look");
                        return fromElsewhere(request);
                    }))
                    .isEqualTo(200);
        });
    }

    @Test
    void aPathThatWouldHideTheHostsOwnPagesStopsTheStart() {
        for (String path : new String[] {"/", "holdfast", "/holdfast/", "/holdfast/*", "/a b", "/../b"}) {
            host.withPropertyValues(ON)
                    .withPropertyValues("holdfast.admin.path=" + path)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .hasMessageContaining("holdfast.admin.path '" + path + "' is refused"));
        }
    }

    /** An open stream is a request under way, for which a graceful shutdown waits its whole time. */
    @Test
    void streamsEndBeforeTheWebServerStopsAndHoldfastAfterIt() {
        host.withPropertyValues(ON).run(context -> {
            AdminStreams streams = context.getBean(AdminStreams.class);
            assertThat(streams.getPhase()).isGreaterThan(Integer.MAX_VALUE - 1024);

            streams.stop();

            assertThat(status(context, request -> {
                        request.setPathInfo("/admin/events");
                        request.setAsyncSupported(true);
                        return request;
                    }))
                    .isEqualTo(503);
        });
    }

    private static ServletRegistrationBean<?> registration(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean("holdfastAdmin", ServletRegistrationBean.class);
    }

    private static MockHttpServletRequest fromElsewhere(MockHttpServletRequest request) {
        request.setRemoteAddr("192.0.2.7");
        return request;
    }

    private static int status(AssertableApplicationContext context, UnaryOperator<MockHttpServletRequest> change)
            throws ServletException, IOException {
        AdminServlet servlet = (AdminServlet) registration(context).getServlet();
        servlet.init(new MockServletConfig());
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/holdfast/admin/plugin-updates");
        request.setPathInfo("/admin/plugin-updates");
        request.addHeader("Host", "localhost:8080");
        MockHttpServletResponse response = new MockHttpServletResponse();
        servlet.service(change.apply(request), response);
        return response.getStatus();
    }
}
