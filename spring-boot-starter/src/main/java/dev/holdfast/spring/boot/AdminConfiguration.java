package dev.holdfast.spring.boot;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.AdminAccess;
import dev.holdfast.admin.AdminEvents;
import dev.holdfast.admin.AdminServlet;
import dev.holdfast.admin.AdminServletBuilder;
import dev.holdfast.admin.AdminWorkspaces;
import dev.holdfast.spi.container.ContainerIndex;
import jakarta.servlet.http.HttpServlet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The operators' page and REST in the host's web server. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({AdminServlet.class, HttpServlet.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty("holdfast.admin.enabled")
final class AdminConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AdminConfiguration.class);

    /** Heard by Holdfast as every listener bean is. */
    @Bean
    @ConditionalOnMissingBean
    AdminEvents holdfastAdminEvents() {
        return AdminEvents.create();
    }

    @Bean
    AdminStreams holdfastAdminStreams(AdminEvents events) {
        return new AdminStreams(events);
    }

    @Bean
    @ConditionalOnMissingBean(name = "holdfastAdmin")
    ServletRegistrationBean<AdminServlet> holdfastAdmin(
            Holdfast holdfast,
            AdminEvents events,
            HoldfastProperties properties,
            ObjectProvider<AdminAccess> access,
            ObjectProvider<AdminWorkspaces> workspaces,
            ObjectProvider<ContainerIndex> index) {
        String path = properties.admin().path();
        AdminServletBuilder builder = AdminServlet.builder(holdfast, events);
        AdminAccess callers = access.getIfAvailable();
        if (callers == null) {
            LOG.info(
                    "The operators' page at {}/ lets only callers on this machine in, because no AdminAccess bean says who else may",
                    path);
        } else {
            builder.access(callers);
        }
        workspaces.ifAvailable(builder::workspaces);
        index.ifAvailable(builder::containers);
        ServletRegistrationBean<AdminServlet> servlet = new ServletRegistrationBean<>(builder.build(), path + "/*");
        servlet.setName("holdfastAdmin");
        servlet.setAsyncSupported(true);
        return servlet;
    }
}
