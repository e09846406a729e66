package dev.holdfast.resolver.jgit;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** A directory that counts what is sent to it. */
final class CountingTarget implements DeliveryTarget {

    private final DeliveryTarget target = DirectoryTarget.create();
    private final AtomicInteger uploads = new AtomicInteger();

    int uploads() {
        return uploads.get();
    }

    @Override
    public boolean serves(TargetAddress address) {
        return target.serves(address);
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        TargetSession session = target.open(address, deadline);
        return (TargetSession) Proxy.newProxyInstance(
                TargetSession.class.getClassLoader(),
                new Class<?>[] {TargetSession.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("upload")) {
                        uploads.incrementAndGet();
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
