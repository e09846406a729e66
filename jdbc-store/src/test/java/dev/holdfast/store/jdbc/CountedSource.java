package dev.holdfast.store.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** A data source that notes what goes to the server and comes back: statements as they are sent, and commits. */
final class CountedSource {

    private final DataSource real;
    private final List<String> trips = new CopyOnWriteArrayList<>();

    CountedSource(DataSource real) {
        this.real = real;
    }

    DataSource source() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = called(real, method, arguments);
            return result instanceof Connection connection ? counted(connection) : result;
        });
    }

    /** Returns what was sent since this was asked last. */
    List<String> trips() {
        List<String> seen = List.copyOf(trips);
        trips.clear();
        return seen;
    }

    private Connection counted(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("commit")) {
                trips.add("COMMIT");
            }
            Object result = called(connection, method, arguments);
            return result instanceof PreparedStatement statement
                    ? counted(statement, String.valueOf(arguments[0]))
                    : result;
        });
    }

    private PreparedStatement counted(PreparedStatement statement, String sql) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                trips.add(sql);
            }
            return called(statement, method, arguments);
        });
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
}
