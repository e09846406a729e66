package dev.holdfast.store.jdbc;

/** What {@link JdbcTrackingStore#migrate(SchemaMode)} does about the schema. */
public enum SchemaMode {
    /** Makes the schema, or brings it to what this version needs. */
    MIGRATE,
    /**
     * Changes nothing, and refuses a schema that is not what this version needs: for hosts that run the scripts
     * themselves.
     */
    VALIDATE,
    /** Neither looks nor changes. */
    OFF
}
