package dev.holdfast.examples.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that opens a host, does one thing with it, and tells the answer. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, optionListHeading = "%n")
abstract class HostCommand implements Callable<Integer> {

    private final Cli cli;

    @Mixin
    private final HostOptions options = new HostOptions();

    HostCommand(Cli cli) {
        this.cli = cli;
    }

    static List<HostCommand> all(Cli cli) {
        return List.of(
                new InstallCommand(cli),
                new ListCommand(cli),
                new StatusCommand(cli),
                new SweepCommand(cli),
                new PendingCommand(cli),
                new DiffCommand(cli),
                new ApplyCommand(cli),
                new DismissCommand(cli),
                new RetryCommand(cli),
                new PolicyCommand(cli),
                new AutoCommand(cli),
                new ExplainCommand(cli),
                new RollbackCommand(cli),
                new ReleasesCommand(cli),
                new VerifyCommand(cli),
                new RepairCommand(cli),
                new UninstallCommand(cli),
                new HistoryCommand(cli),
                new AuditCommand(cli),
                new RecoverCommand(cli),
                new CollectCommand(cli),
                new InspectCommand(cli),
                new HoldsCommand(cli),
                new PruneCommand(cli));
    }

    /** Does the work. */
    abstract Answer answer(Host host);

    @Override
    public final Integer call() {
        try (Host host = cli.open(options)) {
            Answer answer = answer(host);
            new Output(console(), options.json).tell(answer);
            return answer.exit().code();
        }
    }

    final HostOptions options() {
        return options;
    }

    final Console console() {
        return cli.console();
    }

    final String actor() {
        return options.actor(cli.console());
    }
}
