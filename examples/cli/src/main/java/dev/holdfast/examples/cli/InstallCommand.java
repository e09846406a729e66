package dev.holdfast.examples.cli;

import dev.holdfast.InstallRequest;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Installs a plugin, or brings an installed one to what its source stands at now. */
@Command(name = "install", description = "Install a plugin, or bring it to what its source stands at now.")
final class InstallCommand extends HostCommand {

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            required = true,
            description = "Where it comes from: github://acme/greeter#tag:v1.0.0, git+https://host/x.git#ref:main, ...")
    private Source source = Source.parse("unset");

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            required = true,
            description = "Where it goes: dir:///srv/plugins or a path, docker://container/path, ssh://user@host/path.")
    private String target = "";

    @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace. Default: ${DEFAULT-VALUE}")
    private WorkspaceId workspace = WorkspaceId.of("default");

    @Option(names = "--plugin", paramLabel = "NAME", description = "Its name. Default: the last segment of the source.")
    private @Nullable PluginName plugin;

    @Option(
            names = "--track",
            paramLabel = "REF",
            description = "What to follow: tag:latest, semver:^1.2, ref:main, tag:v1, sha:..., none."
                    + " Default: the ref of the source; none if that is a tag or a commit id.")
    private @Nullable TrackedRef track;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description = "Who decides on its updates: manual, auto:patch, auto:minor, auto:any; see 'policy --help'."
                    + " Default: as it is, at first manual.")
    private @Nullable UpdatePolicy policy;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "A label that it gets, for rings, lists and quarantines; may be given more than once.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--replace-source", description = "Replace an install of this name from another source.")
    private boolean replaceSource;

    InstallCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        InstallRequest request = request();
        try (DeliveryBar bar = DeliveryBar.delivering(console(), "installing " + request.plugin())) {
            return new ChangeAnswer(host.holdfast().install(request.progress(bar)));
        }
    }

    private InstallRequest request() {
        InstallRequest request = InstallRequest.of(workspace, source, address()).by(actor());
        request = plugin == null ? request : request.as(plugin);
        request = track == null ? request : request.track(track);
        request = policy == null ? request : request.policy(policy);
        for (Map.Entry<String, String> label : labels.entrySet()) {
            request = request.label(label.getKey(), label.getValue());
        }
        return replaceSource ? request.replacingSource() : request;
    }

    /** A target without a scheme is a directory of this machine. */
    private TargetAddress address() {
        return target.contains("://")
                ? TargetAddress.parse(target)
                : new TargetAddress(
                        "dir", "", console().resolve(Path.of(target)).toString());
    }
}
