package dev.holdfast.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastListener;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.TestHoldfast;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How a Boot host tests what it does with Holdfast: without a database, an engine or a git server. */
final class HostTest {

    /** The host's own code: a service over the bean that the starter makes. */
    record Shop(Holdfast holdfast) {

        void sell(String workspace, String plugin) {
            holdfast.install(InstallRequest.of(
                            WorkspaceId.of(workspace),
                            Source.parse("github://shop/" + plugin + "#tag:v1.0.0"),
                            TargetAddress.parse("docker://" + workspace + "/configs/plugins"))
                    .track(TrackedRef.latestTag()));
        }

        List<ApplyResult> approveAll() {
            List<ApplyResult> results = new ArrayList<>();
            for (Update update : holdfast.updates().pending().toList()) {
                results.add(holdfast.updates().apply(update.id(), update.to(), "alice"));
            }
            return results;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static final class Application {

        @Bean
        Shop shop(Holdfast holdfast) {
            return new Shop(holdfast);
        }

        @Bean
        HoldfastListener counter() {
            return new Counter();
        }
    }

    static final class Counter implements HoldfastListener {

        private int heard;

        @Override
        public void on(dev.holdfast.HoldfastEvent event) {
            heard++;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static final class TestParts {

        @Bean
        TestHoldfast test(ObjectProvider<HoldfastListener> listeners) {
            return TestHoldfast.create("github", builder -> {
                listeners.forEach(builder::listener);
                return builder;
            });
        }

        @Bean
        Holdfast holdfast(TestHoldfast test) {
            return test.holdfast();
        }
    }

    @Test
    void whatTheHostSellsAndApprovesIsLive() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(HoldfastAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .withUserConfiguration(Application.class, TestParts.class)
                .withPropertyValues("holdfast.auto-start=false")
                .run(context -> {
                    Shop shop = context.getBean(Shop.class);
                    TestHoldfast test = context.getBean(TestHoldfast.class);
                    test.upstream("shop/greeter").release("v1.0.0");
                    shop.sell("ws-42", "greeter");
                    test.upstream("shop/greeter").release("v1.1.0");
                    test.sweep();

                    assertThat(shop.approveAll()).singleElement().isInstanceOf(ApplyResult.Applied.class);

                    assertThat(test.live("ws-42", "greeter").resolve("SKILL.md"))
                            .hasContent("v1.1.0");
                    assertThat(context.getBean(Counter.class).heard).isPositive();
                });
    }
}
