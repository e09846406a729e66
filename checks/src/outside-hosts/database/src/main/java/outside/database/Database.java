package outside.database;

import dev.holdfast.store.jdbc.EmbeddedPostgreSql;

/** Starts a PostgreSQL, prints its JDBC URL, and stops it when its input ends. */
public final class Database {

    private Database() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws Exception {
        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.start()) {
            System.out.println(server.url());
            System.in.read();
        }
    }
}
