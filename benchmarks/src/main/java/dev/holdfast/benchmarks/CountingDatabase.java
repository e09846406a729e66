package dev.holdfast.benchmarks;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** One connection that is lent again and again, as the smallest pool does, with its statements counted. */
final class CountingDatabase {

    private final Connection connection;
    private final AtomicLong statements = new AtomicLong();

    CountingDatabase(Connection connection) {
        this.connection = connection;
    }

    /** Returns the connection itself, whose statements do not count. */
    Connection connection() {
        return connection;
    }

    /** Returns what lends it. */
    DataSource source() {
        return proxy(DataSource.class, (proxy, method, arguments) -> {
            if (!method.getName().equals("getConnection")) {
                throw new UnsupportedOperationException(method.toString());
            }
            return lent();
        });
    }

    /** Returns how many statements there were since this was asked last. */
    long statements() {
        return statements.getAndSet(0);
    }

    private Connection lent() {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            if (method.getName().equals("prepareStatement")) {
                statements.incrementAndGet();
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
