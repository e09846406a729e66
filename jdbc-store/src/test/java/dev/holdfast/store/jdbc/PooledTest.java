package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PooledTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://shop:hunter2@db/shop",
                "jdbc:postgresql://shop:hunter2@db/shop",
                "jdbc:postgresql://db/shop?user=shop&password=hunter2",
                "jdbc:postgresql://db/shop?PASSWORD=hunter2",
                "db/shop?password=hunter2"
            })
    void aUrlThatCannotServeOrHoldsAPasswordIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> JdbcTrackingStore.pooled(url, "shop", "swordfish"))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE))
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("swordfish");
    }

    @Test
    void aSchemaMayBeNamedLikeAWordOfTheLanguage() throws Exception {
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS \"user\" CASCADE");
        }
        JdbcTrackingStore store = JdbcTrackingStore.over(Postgres.source()).schema("user");

        assertThat(store.migrate()).isEqualTo(Migration.SCRIPTS.size());

        assertThat(store.installs().find(Steps.greeterOf("ws-1"))).isEmpty();
        new Steps(store).install("ws-1", Steps.revision('a'));
        assertThat(new Steps(store).sweep(Steps.revision('b')).queued()).hasSize(1);
    }

    @Test
    void aPoolWaitsForNothingWithoutEndAndAsksNoConnectionForItsIsolation() {
        HikariConfig config = JdbcTrackingStore.config("jdbc:postgresql://db/shop", "shop", "swordfish");

        assertThat(config.getDataSourceProperties())
                .containsEntry("socketTimeout", "20")
                .containsEntry("connectTimeout", "5")
                .containsEntry("tcpKeepAlive", "true");
        assertThat(config.getTransactionIsolation()).isEqualTo("TRANSACTION_READ_COMMITTED");
    }

    @Test
    void whatTheUrlSaysOfItsLimitsHolds() {
        HikariConfig config = JdbcTrackingStore.config(
                "jdbc:postgresql://db/shop?socketTimeout=60&tcpKeepAlive=false", "shop", "swordfish");

        assertThat(config.getDataSourceProperties()).containsOnlyKeys("connectTimeout");
    }
}
