package dev.holdfast.benchmarks;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * A data source whose statements are explained before they run, with the values they run with, and once more as the
 * generic plan that a long-lived connection may come to use.
 */
final class PlanSource {

    private final DataSource real;
    private final String url;
    private final Map<String, Plan> plans = new LinkedHashMap<>();
    private String doing = "";

    PlanSource(DataSource real, String url) {
        this.real = real;
        this.url = url;
    }

    /** A statement as the store wrote it, and how the server carries it out. */
    record Plan(String doing, String sql, List<String> withValues, List<String> generic) {}

    /** Says what the statements from now on are for. */
    void doing(String what) {
        doing = what;
    }

    List<Plan> plans() {
        return List.copyOf(plans.values());
    }

    DataSource source() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = called(real, method, arguments);
            return result instanceof Connection connection ? connection(connection) : result;
        });
    }

    private Connection connection(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = called(connection, method, arguments);
            return result instanceof PreparedStatement statement
                    ? statement(connection, statement, String.valueOf(arguments[0]))
                    : result;
        });
    }

    private PreparedStatement statement(Connection connection, PreparedStatement statement, String sql) {
        Map<Integer, Object> values = new TreeMap<>();
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().equals("setObject")) {
                values.put((Integer) arguments[0], arguments[1]);
            }
            if (method.getName().startsWith("execute") && sql.contains("\"holdfast\".") && !plans.containsKey(sql)) {
                plans.put(
                        sql,
                        new Plan(
                                doing, sql, explained(connection, "EXPLAIN (COSTS OFF) " + sql, values), generic(sql)));
            }
            return called(statement, method, arguments);
        });
    }

    private static List<String> explained(Connection connection, String sql, Map<Integer, Object> values)
            throws SQLException {
        try (PreparedStatement explain = connection.prepareStatement(sql)) {
            for (Map.Entry<Integer, Object> value : values.entrySet()) {
                explain.setObject(value.getKey(), value.getValue());
            }
            return lines(explain.executeQuery());
        }
    }

    /** On a connection that sends no arguments, for there are none. */
    private List<String> generic(String sql) throws SQLException {
        StringBuilder numbered = new StringBuilder("EXPLAIN (GENERIC_PLAN, COSTS OFF) ");
        int parameter = 0;
        for (String part : sql.split("\\?", -1)) {
            numbered.append(parameter == 0 ? "" : "$" + parameter).append(part);
            parameter++;
        }
        try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=simple");
                Statement explain = connection.createStatement()) {
            return lines(explain.executeQuery(numbered.toString()));
        }
    }

    private static List<String> lines(ResultSet rows) throws SQLException {
        List<String> lines = new ArrayList<>();
        while (rows.next()) {
            lines.add(rows.getString(1));
        }
        return lines;
    }

    private static Object called(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Returns the SQL on as few lines as it needs. */
    static String shortened(String sql) {
        return sql.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
