package dev.holdfast.examples.cli;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line: parses arguments, runs one command, and tells its answer or why there is none. */
public final class Cli {

    private final Console console;
    private final Database database;
    private final Images images;
    private final Runnable beforeGit;

    private Cli(Console console, Database database, Images images, Runnable beforeGit) {
        this.console = console;
        this.database = database;
        this.images = images;
        this.beforeGit = beforeGit;
    }

    /** Returns the command line of that console, over PostgreSQL, in a process that does nothing else. */
    public static Cli in(Console console) {
        return new Cli(console, new PostgreSqlDatabase(), Images.ofDocker(), GitAccess::prepareProcess);
    }

    /** Returns a command line whose commands share {@code database}. */
    static Cli in(Console console, Database database) {
        return in(console, database, Images.ofDocker());
    }

    /** As {@link #in(Console, Database)}, with other images. */
    static Cli in(Console console, Database database, Images images) {
        return new Cli(console, database, images, () -> {});
    }

    Console console() {
        return console;
    }

    /** Makes ready for git; to be called before its first use. */
    void beforeGit() {
        beforeGit.run();
    }

    Host open(HostOptions options) {
        return Host.open(options, console, database, images, beforeGit);
    }

    /** Runs one command and returns its exit code; never throws for what a command met. */
    public int run(String... args) {
        return commandLine().execute(args);
    }

    private CommandLine commandLine() {
        CommandLine line = new CommandLine(new RootCommand());
        line.addSubcommand(new DemoCommand(this));
        for (HostCommand command : HostCommand.all(this)) {
            line.addSubcommand(command);
        }
        FleetCommands.groups(this).forEach(line::addSubcommand);
        line.addSubcommand(new CommandLine.HelpCommand());
        line.addSubcommand(new AutoComplete.GenerateCompletion());
        converters(line);
        defaults(line);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(110)
                .setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setParameterExceptionHandler((e, args) -> usage(e))
                .setExecutionExceptionHandler((e, failed, result) -> failed(e, failed));
    }

    /** What would be said on each command line, a store or a permission, may stand in a file once. */
    private void defaults(CommandLine line) {
        Path file = console.resolve(Path.of(".holdfast", "options.properties"));
        if (Files.isRegularFile(file)) {
            line.setDefaultValueProvider(new CommandLine.PropertiesDefaultProvider(file.toFile()));
        }
    }

    private static void converters(CommandLine line) {
        line.registerConverter(dev.holdfast.spi.Source.class, checked(dev.holdfast.spi.Source::parse))
                .registerConverter(dev.holdfast.spi.TrackedRef.class, checked(dev.holdfast.spi.TrackedRef::parse))
                .registerConverter(dev.holdfast.spi.UpdatePolicy.class, checked(dev.holdfast.spi.UpdatePolicy::parse))
                .registerConverter(dev.holdfast.spi.WorkspaceId.class, checked(dev.holdfast.spi.WorkspaceId::of))
                .registerConverter(dev.holdfast.spi.PluginName.class, checked(dev.holdfast.spi.PluginName::of))
                .registerConverter(dev.holdfast.spi.Revision.class, checked(dev.holdfast.spi.Revision::of))
                .registerConverter(
                        dev.holdfast.spi.image.ImageReference.class,
                        checked(dev.holdfast.spi.image.ImageReference::parse))
                .registerConverter(
                        dev.holdfast.spi.container.WorkloadId.class, checked(dev.holdfast.spi.container.WorkloadId::of))
                .registerConverter(
                        dev.holdfast.spi.fleet.LabelSelector.class,
                        checked(dev.holdfast.spi.fleet.LabelSelector::parse));
    }

    /** The library's own refusal says what is wrong; picocli adds which option it was. */
    private static <T> CommandLine.ITypeConverter<T> checked(CommandLine.ITypeConverter<T> parser) {
        return text -> {
            try {
                return parser.convert(text);
            } catch (PermanentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    private int usage(ParameterException e) {
        console.err().println("holdfast: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, writer(console.err()));
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println("Try '" + name + " --help'.");
        return ExitCode.USAGE.code();
    }

    private int failed(Exception e, CommandLine command) {
        boolean host = command.getCommand() instanceof HostCommand;
        HostOptions options = host ? ((HostCommand) command.getCommand()).options() : new HostOptions();
        Failure failure = e instanceof HoldfastException known ? Failure.of(known) : Failure.defect(e);
        new Output(console, options.json).tell(failure);
        if (options.debug || failure.exit() == ExitCode.DEFECT) {
            e.printStackTrace(console.err());
        }
        return failure.exit().code();
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
