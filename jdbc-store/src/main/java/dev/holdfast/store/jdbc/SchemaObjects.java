package dev.holdfast.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The tables, columns, indexes, constraints, sequences and functions that the scripts make, each with the script that
 * makes it, as {@code index update_open_plugin} and the like. What is there is judged by it, whoever has run the
 * scripts.
 */
final class SchemaObjects {

    private static final Pattern COMMENT = Pattern.compile("--[^\n]*");
    private static final Pattern CREATE_TABLE = Pattern.compile("CREATE TABLE (\\w+) \\(\n(.*?)\n\\)", Pattern.DOTALL);
    private static final Pattern LINE = Pattern.compile("^  ([A-Za-z]\\w*)(.*)$", Pattern.MULTILINE);
    private static final Pattern CREATE_INDEX = Pattern.compile("CREATE (?:UNIQUE )?INDEX (\\w+)");
    private static final Pattern DROP = Pattern.compile("DROP (INDEX|TABLE|SEQUENCE|FUNCTION) (\\w+)");
    private static final Pattern CREATE_OTHER = Pattern.compile("CREATE (SEQUENCE|FUNCTION) (\\w+)");
    private static final Pattern ALTER_TABLE = Pattern.compile("ALTER TABLE (\\w+)(.*)", Pattern.DOTALL);
    private static final Pattern ALTERATION =
            Pattern.compile("(ADD|DROP) (COLUMN|CONSTRAINT) (\\w+)( +(?:UNIQUE|PRIMARY))?");
    private static final Pattern UNIQUE = Pattern.compile("UNIQUE \\(([^)]*)\\)");

    private static final String THERE = """
            SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' ELSE 'table ' END || c.relname
            FROM pg_class c WHERE c.relnamespace = ?::regnamespace AND c.relkind IN ('r', 'p', 'S')
            UNION ALL
            SELECT 'column ' || c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = ?::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT 'index ' || c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
            WHERE c.relnamespace = ?::regnamespace AND i.indisvalid
            UNION ALL
            SELECT 'constraint ' || c.relname || '.' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            WHERE k.connamespace = ?::regnamespace AND k.contype IN ('c', 'f')
            UNION ALL
            SELECT 'function ' || p.proname FROM pg_proc p WHERE p.pronamespace = ?::regnamespace
            """;
    private static final int SCHEMAS = 5;

    private final Map<String, Script> made = new LinkedHashMap<>();

    private SchemaObjects() {}

    /** Returns what is there after {@code scripts}. */
    static Map<String, Script> after(List<Script> scripts) {
        SchemaObjects objects = new SchemaObjects();
        scripts.forEach(objects::run);
        return objects.made;
    }

    /** Returns what is in the schema. */
    static Set<String> in(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(THERE)) {
            for (int i = 1; i <= SCHEMAS; i++) {
                statement.setString(i, '"' + schema + '"');
            }
            Set<String> there = new HashSet<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    there.add(rows.getString(1));
                }
            }
            return there;
        }
    }

    private void run(Script script) {
        for (String statement : COMMENT.matcher(script.sql()).replaceAll("").split(";", -1)) {
            each(CREATE_TABLE, statement, table -> table(table.group(1), table.group(2), script));
            each(CREATE_INDEX, statement, index -> made.put("index " + index.group(1), script));
            each(CREATE_OTHER, statement, other -> made.put(lower(other.group(1)) + " " + other.group(2), script));
            each(DROP, statement, gone -> drop(lower(gone.group(1)) + " " + gone.group(2)));
            each(ALTER_TABLE, statement, table -> alter(table.group(1), table.group(2), script));
        }
    }

    private static void each(Pattern pattern, String text, java.util.function.Consumer<MatchResult> work) {
        pattern.matcher(text).results().forEach(work);
    }

    private static String lower(String word) {
        return word.toLowerCase(java.util.Locale.ROOT);
    }

    private void table(String table, String body, Script script) {
        made.put("table " + table, script);
        each(LINE, body, line -> line(table, line.group(1), line.group(2), script));
    }

    private void line(String table, String word, String rest, Script script) {
        String name = rest.strip().split(" ", 2)[0];
        switch (word) {
            case "PRIMARY" -> made.put("index " + table + "_pkey", script);
            case "UNIQUE" -> made.put("index " + uniqueName(table, word + rest), script);
            case "CONSTRAINT" ->
                made.put(isChecked(rest) ? "constraint " + table + "." + name : "index " + name, script);
            default -> {
                made.put("column " + table + "." + word, script);
                if (rest.contains("PRIMARY KEY")) {
                    made.put("index " + table + "_pkey", script);
                }
                if (rest.contains(" REFERENCES ")) {
                    made.put("constraint " + table + "." + table + "_" + word + "_fkey", script);
                }
                if (rest.contains(" CHECK ")) {
                    made.put("constraint " + table + "." + table + "_" + word + "_check", script);
                }
            }
        }
    }

    private static boolean isChecked(String constraint) {
        return constraint.contains(" CHECK ") || constraint.contains(" FOREIGN KEY ");
    }

    private static String uniqueName(String table, String constraint) {
        return UNIQUE.matcher(constraint)
                .results()
                .map(columns -> table + "_" + columns.group(1).replace(", ", "_") + "_key")
                .findFirst()
                .orElseThrow();
    }

    private void alter(String table, String changes, Script script) {
        each(ALTERATION, changes, change -> {
            boolean column = change.group(2).equals("COLUMN");
            boolean index = change.group(4) != null;
            String object = column
                    ? "column " + table + "." + change.group(3)
                    : index ? "index " + change.group(3) : "constraint " + table + "." + change.group(3);
            if (change.group(1).equals("ADD")) {
                made.put(object, script);
            } else {
                drop(object);
                drop("index " + change.group(3));
            }
        });
    }

    private void drop(String object) {
        made.remove(object);
        if (object.startsWith("table ")) {
            String table = object.substring("table ".length());
            made.keySet().removeIf(name -> name.contains(" " + table + "."));
        }
    }
}
