package dev.holdfast.examples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is without a command: the list of commands. */
@Command(
        name = "holdfast",
        mixinStandardHelpOptions = true,
        version = "holdfast 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Installs versioned plugins into running workspaces atomically, and notices when upstream has moved.",
        footer = {
            "",
            "Start with 'holdfast demo'. Each command has its own --help. '@file' reads arguments from a file.",
            "What .holdfast/options.properties sets, such as 'jdbc=jdbc:postgresql://db/shop', need not be said again.",
            "Completion for bash and zsh: source <(holdfast generate-completion).",
            "",
            "Exit codes: 0 done, 1 defect, 2 wrong command line, 3 refused or failed for good, 4 try again later,",
            "            5 no such thing, 6 a target differs from the record.",
            "",
            "Secrets come from the environment only:",
            "  HOLDFAST_JDBC_PASSWORD        password of --jdbc",
            "  HOLDFAST_GIT_TOKEN_<HOST>     token for a git host, as in HOLDFAST_GIT_TOKEN_GITHUB_COM",
            "  HOLDFAST_GIT_USER_<HOST>, HOLDFAST_GIT_PASSWORD_<HOST>   user name and password instead",
            "    <HOST> is the host in capitals, '.' and ':' as '_', '-' as '__'.",
            "  HOLDFAST_SSH_PASSPHRASE       passphrase of --ssh-key"
        })
final class RootCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "no command was given; 'holdfast demo' shows what there is");
        }
    }
}
