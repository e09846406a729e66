package dev.holdfast.examples.e2e.months;

import dev.holdfast.spi.store.TrackingStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Stands between the engine and one of its parts: sees every call, and may answer in its place. */
@FunctionalInterface
interface Seam {

    /** Answers a call; {@code real} asks the part itself. */
    Object call(Method method, Object[] arguments, Real real) throws Throwable;

    /** The part behind a seam. */
    @FunctionalInterface
    interface Real {
        Object call() throws Throwable;
    }

    /** Returns {@code part} behind {@code seam}. */
    static <T> T around(Class<T> type, T part, Seam seam) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> seam.call(method, arguments, () -> invoked(part, method, arguments))));
    }

    /** Returns a store of which every part is behind {@code seam}. */
    static TrackingStore around(TrackingStore store, Seam seam) {
        return around(TrackingStore.class, store, (method, arguments, real) -> {
            Object part = real.call();
            return method.getReturnType().isInterface() ? wrapped(method.getReturnType(), part, seam) : part;
        });
    }

    private static <T> T wrapped(Class<T> type, Object part, Seam seam) {
        return around(type, type.cast(part), seam);
    }

    private static Object invoked(Object part, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(part, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
