package dev.holdfast.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.io.InputStream;

/**
 * How one installs without Holdfast: a folder is made, the tree uploaded, what was live moved away, the new one moved
 * there, marked, and the old one removed; one exec for each step, sixteen calls of the engine in all. Between the two
 * moves nothing is live.
 *
 * @param client the engine
 * @param container the container
 */
record Dance(DockerClient client, String container) {

    void install(Tree tree, String live) throws IOException, InterruptedException {
        String stage = live + ".new";
        String old = live + ".old";
        exec("mkdir", "-p", stage);
        upload(tree, stage);
        exec("sh", "-c", "[ ! -e " + live + " ] || mv " + live + " " + old);
        exec("mv", stage, live);
        exec("touch", live + "/.complete");
        exec("rm", "-rf", old);
    }

    /** Uploads and nothing else: what any install costs at least. */
    void upload(Tree tree, String directory) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-C", tree.directory().toString(), "-cf", "-", ".").start();
        try (InputStream archive = tar.getInputStream()) {
            client.copyArchiveToContainerCmd(container)
                    .withRemotePath(directory)
                    .withTarInputStream(archive)
                    .exec();
        }
        if (tar.waitFor() != 0) {
            throw new IllegalStateException("tar failed");
        }
    }

    private void exec(String... command) throws InterruptedException {
        String id = client.execCreateCmd(container)
                .withUser("0")
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withCmd(command)
                .exec()
                .getId();
        client.execStartCmd(id).exec(new ResultCallback.Adapter<Frame>()).awaitCompletion();
        Long exitCode = client.inspectExecCmd(id).exec().getExitCodeLong();
        if (exitCode == null || exitCode != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + exitCode);
        }
    }
}
