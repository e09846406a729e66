package dev.holdfast.benchmarks;

import dev.holdfast.resolver.jgit.JGitResolver;
import java.nio.file.Path;

/** Runs one scenario: {@code Main <results directory> <scenario> [rounds] [small]}. */
public final class Main {

    private static final int ROUNDS = 7;

    private Main() {}

    /** Measures, prints, and writes the result file. */
    public static void main(String[] args) throws Exception {
        String scenario = args.length < 2 ? "" : args[1];
        int rounds = args.length < 3 ? ROUNDS : Integer.parseInt(args[2]);
        boolean large = args.length < 4 || !args[3].equals("small");
        // This process is ours: nobody's git configuration changes what is measured.
        JGitResolver.isolateJvm();
        Report report = new Report(scenario);
        switch (scenario) {
            case "install" -> {
                new DirectoryInstalls(rounds, large).measure(report);
                new ContainerInstalls(rounds, large).measure(report);
            }
            case "delta" -> {
                new DirectoryDeltas(rounds, large).measure(report);
                new ContainerDeltas(rounds, large).measure(report);
                new SshDeltas(rounds, large).measure(report);
            }
            case "sweep" -> {
                new Sweeps(rounds).measure(report);
                if (large) {
                    new ManySweeps().measure(report);
                }
            }
            case "start" -> new Starts(rounds).measure(report);
            case "cache" -> new Caches(rounds).measure(report);
            case "index" -> new Looks(rounds).measure(report);
            case "rollout" -> new RolloutRings().measure(report);
            case "fleet" -> new Fleet(rounds, large).measure(report);
            case "pages" -> new OpenPages(rounds).measure(report);
            case "store" -> new StoreScale().measure(report);
            case "trust" -> {
                new SignatureChecks(rounds).measure(report);
                new SealedWriters(rounds).measure(report);
            }
            default -> {
                System.err.println("benchmarks: there is no scenario '" + scenario
                        + "'; name install, delta, fleet, sweep, cache, start, index, pages, rollout, store or trust");
                System.exit(2);
            }
        }
        Path file = report.write(Path.of(args[0]));
        System.out.println("written to " + file);
    }
}
