package dev.holdfast.spring.boot;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.store.jdbc.SchemaMode;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store on PostgreSQL, in the host's own pool. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(JdbcTrackingStore.class)
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnMissingBean(TrackingStore.class)
final class StoreConfiguration {

    /** After the host's own scripts, which may be ours too. */
    @Bean
    @DependsOnDatabaseInitialization
    JdbcTrackingStore holdfastStore(DataSource pool, HoldfastProperties properties) {
        HoldfastProperties.Store settings = properties.store();
        JdbcTrackingStore store = JdbcTrackingStore.over(pool).schema(settings.schema());
        store.migrate(
                switch (settings.migration()) {
                    case MIGRATE -> SchemaMode.MIGRATE;
                    case VALIDATE -> SchemaMode.VALIDATE;
                    case OFF -> SchemaMode.OFF;
                });
        return store;
    }
}
