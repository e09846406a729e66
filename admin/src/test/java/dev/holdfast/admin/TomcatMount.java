package dev.holdfast.admin;

import jakarta.servlet.Servlet;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Tomcat that mounts a servlet. It is started by name: nothing of this module is compiled against a container but the
 * tests with Jetty.
 */
final class TomcatMount implements AutoCloseable {

    private final Object tomcat;

    TomcatMount(Path directory, String contextPath, String pattern, Servlet servlet)
            throws ReflectiveOperationException {
        tomcat = Class.forName("org.apache.catalina.startup.Tomcat")
                .getConstructor()
                .newInstance();
        call(tomcat, "setBaseDir", directory.toString());
        call(tomcat, "setPort", 0);
        call(tomcat, "setHostname", "127.0.0.1");
        Object context = call(tomcat, "addContext", contextPath, directory.toString());
        Object wrapper = call(tomcat, "addServlet", contextPath, "holdfast", servlet);
        call(wrapper, "setAsyncSupported", true);
        call(context, "addServletMappingDecoded", pattern, "holdfast");
        call(tomcat, "getConnector");
        call(tomcat, "start");
    }

    int port() throws ReflectiveOperationException {
        return (int) call(call(tomcat, "getConnector"), "getLocalPort");
    }

    private static Object call(Object target, String name, Object... arguments) throws ReflectiveOperationException {
        Method method = Arrays.stream(target.getClass().getMethods())
                .filter(one -> one.getName().equals(name) && takes(one.getParameterTypes(), arguments))
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException(target.getClass() + "." + name));
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(name + " failed", e.getCause());
        }
    }

    private static boolean takes(Class<?>[] types, Object... arguments) {
        if (types.length != arguments.length) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            boolean fits = types[i].isInstance(arguments[i])
                    || (types[i] == int.class && arguments[i] instanceof Integer)
                    || (types[i] == boolean.class && arguments[i] instanceof Boolean);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws ReflectiveOperationException {
        call(tomcat, "stop");
        call(tomcat, "destroy");
    }
}
