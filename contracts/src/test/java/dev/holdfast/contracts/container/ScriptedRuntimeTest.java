package dev.holdfast.contracts.container;

import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.testkit.ScriptedRuntime;
import java.util.Map;

final class ScriptedRuntimeTest extends ContainerRuntimeContract {

    private final ScriptedRuntime engine = ScriptedRuntime.on("node-1");
    private int number;

    @Override
    protected ContainerRuntime runtime() {
        return engine;
    }

    @Override
    protected String start(String name, Map<String, String> labels) {
        String id = "id" + ++number;
        ContainerSighting container = ContainerSighting.running(id, name, "acme/web");
        for (Map.Entry<String, String> label : labels.entrySet()) {
            container = container.label(label.getKey(), label.getValue());
        }
        engine.put(container);
        return id;
    }

    @Override
    protected void startAgain(String containerId) {
        engine.put(ContainerSighting.running(containerId, "again", "acme/web"));
    }

    @Override
    protected String startAndEnd(String name, int exitCode) {
        String id = start(name, Map.of());
        engine.exit(id, exitCode);
        return id;
    }

    @Override
    protected void kill(String containerId) {
        engine.stop(containerId, 137);
    }

    @Override
    protected void remove(String containerId) {
        engine.remove(containerId);
    }

    @Override
    protected void cutConnections() {
        engine.breakEvents();
    }
}
