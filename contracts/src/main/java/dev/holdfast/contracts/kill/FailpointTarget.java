package dev.holdfast.contracts.kill;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A target with points; see {@link Failpoints}. */
final class FailpointTarget implements DeliveryTarget {

    private final DeliveryTarget target;
    private final Failpoints points;

    FailpointTarget(DeliveryTarget target, Failpoints points) {
        this.target = target;
        this.points = points;
    }

    @Override
    public boolean serves(TargetAddress address) {
        return target.serves(address);
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        points.hit("before opening the target");
        return new Session(target.open(address, deadline));
    }

    private final class Session implements TargetSession {

        private final TargetSession session;

        Session(TargetSession session) {
            this.session = session;
        }

        @Override
        public void upload(String directory, Bundle bundle, Progress progress) {
            String upload = points.numbered("upload");
            points.hit("before " + upload);
            session.upload(directory, new FailpointBundle(bundle, points, upload), progress);
        }

        @Override
        public Bundle download(String directory) {
            points.hit("before a download");
            return session.download(directory);
        }

        @Override
        public ScriptResult run(FileScript script) {
            if (script.onlyAsks()) {
                points.hit("before a survey");
                return session.run(script);
            }
            String name = points.numbered("script");
            points.hit("before " + name);
            List<FileStep> steps = script.steps();
            List<String> names = IntStream.range(1, steps.size())
                    .mapToObj(done -> "in " + name + " after step " + done + " of "
                            + steps.get(done - 1).getClass().getSimpleName())
                    .toList();
            Optional<Failpoint> point = points.among(names);
            ScriptResult result =
                    point.isPresent() ? broken(steps, names.indexOf(point.get().name()) + 1) : session.run(script);
            if (result instanceof ScriptResult.Failed failed) {
                points.unreached(new HashSet<>(names.subList(Math.min(failed.step(), names.size()), names.size())));
            }
            return result;
        }

        private ScriptResult broken(List<FileStep> steps, int done) {
            ScriptResult first = session.run(new FileScript(steps.subList(0, done)));
            if (first instanceof ScriptResult.Failed) {
                return first;
            }
            points.strike();
            ScriptResult rest = session.run(new FileScript(steps.subList(done, steps.size())));
            if (rest instanceof ScriptResult.Failed failed) {
                return new ScriptResult.Failed(done + failed.step(), failed.reason(), failed.message());
            }
            List<ScriptResult.Answer> answers = new ArrayList<>(((ScriptResult.Completed) first).answers());
            answers.addAll(((ScriptResult.Completed) rest).answers());
            return new ScriptResult.Completed(answers);
        }

        @Override
        public boolean requiresLinks() {
            return session.requiresLinks();
        }

        @Override
        public Optional<Entry> stat(String path) {
            points.hit("before stat " + shown(path));
            return session.stat(path);
        }

        @Override
        public List<Entry> list(String directory) {
            points.hit("before list " + shown(directory));
            return session.list(directory);
        }

        @Override
        public Optional<byte[]> read(String path, int maxBytes) {
            points.hit("before read " + shown(path));
            return session.read(path, maxBytes);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** Stamps and epochs differ from run to run. */
    private static String shown(String path) {
        return path.replaceAll("\\d{8}T\\d{9}Z-[0-9a-z]+", "<stamp>").replaceAll("/\\d+\\b", "/<epoch>");
    }
}
