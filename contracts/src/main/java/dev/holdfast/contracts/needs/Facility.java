package dev.holdfast.contracts.needs;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Something outside the JVM that a test may need. See {@link Needs}.
 *
 * <p>Programs are looked for on the {@code PATH} and in the usual {@code sbin} directories, which an ordinary user's
 * {@code PATH} often lacks.
 */
public enum Facility {

    /**
     * A Docker engine that answers {@code GET /_ping} with 200 within two seconds, at {@code DOCKER_HOST}
     * ({@code unix:} or {@code tcp:} without TLS) or else at {@code /var/run/docker.sock}. That images can be pulled is
     * not implied.
     */
    DOCKER {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return DockerPing.of(environment).failure();
        }
    },

    /** The program {@code busybox}: the smallest shell and tools a target may have; images for tests are made of it. */
    BUSYBOX {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "busybox");
        }
    },

    /** OpenSSH's server program, {@code sshd}; a test starts its own on a port of its own. */
    SSHD {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "sshd");
        }
    },

    /** The parts of a real git server over HTTP: {@code git http-backend}, {@code nginx} and {@code fcgiwrap}. */
    GIT_HTTP {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "git", "nginx", "fcgiwrap")
                    .or(() -> withoutPart(environment, "git-http-backend"));
        }
    },

    /** The program {@code git daemon}, which some systems package apart from git; a test starts its own. */
    GIT_DAEMON {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "git").or(() -> withoutPart(environment, "git-daemon"));
        }
    },

    /** A registry of images: {@code docker-registry} and {@code htpasswd}; a test starts its own. */
    REGISTRY {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "docker-registry", "htpasswd");
        }
    },

    /** The programs {@code gpg} and {@code git}: they make OpenPGP signatures, and are asked what they hold of them. */
    GPG {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "gpg", "gpgconf", "git");
        }
    },

    /** The program {@code openssl}, 1.1.1 or newer: it makes keys and signatures. */
    OPENSSL {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "openssl");
        }
    },

    /** The program {@code pgbouncer}, a pooler of PostgreSQL connections; a test starts its own. */
    PGBOUNCER {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "pgbouncer");
        }
    },

    /** A browser without a window, and what drives it: {@code chromium} and {@code chromedriver}. */
    CHROMIUM {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "chromium", "chromedriver");
        }
    },

    /** The program {@code setfacl}. That the file system keeps access control lists is not implied. */
    ACL {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "setfacl");
        }
    },

    /** The program {@code strace}. That the kernel lets it trace is not implied. */
    STRACE {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "strace");
        }
    },

    /** The program {@code python3}, 3.8 or newer. */
    PYTHON {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "python3");
        }
    },

    /** The program {@code node}, 16 or newer. */
    NODE {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "node");
        }
    },

    /**
     * Permission to mount file systems and to make namespaces, as root has it, and the programs {@code mount} and
     * {@code unshare}.
     */
    MOUNT {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "mount", "unshare").or(() -> withoutNamespaces(environment));
        }
    },

    /** The program {@code dockerd}, and what {@link #MOUNT} has: a test starts an engine of its own, to break it. */
    DOCKERD {
        @Override
        Optional<String> missing(Map<String, String> environment) {
            return without(environment, "dockerd").or(() -> MOUNT.missing(environment));
        }
    };

    private static final Pattern PATH_SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    /** Returns what was looked for and not found, or nothing when all of it is there. */
    abstract Optional<String> missing(Map<String, String> environment);

    private static Optional<String> without(Map<String, String> environment, String... programs) {
        return Stream.of(programs)
                .filter(program -> program(environment, program).isEmpty())
                .findFirst()
                .map(program -> "no executable " + program + " on the PATH or in an sbin directory");
    }

    private static Optional<Path> program(Map<String, String> environment, String name) {
        var path = PATH_SEPARATOR.splitAsStream(environment.getOrDefault("PATH", ""));
        return Stream.concat(path, Stream.of("/usr/sbin", "/usr/local/sbin", "/sbin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private static Optional<String> withoutNamespaces(Map<String, String> environment) {
        Path unshare = program(environment, "unshare").orElseThrow();
        try {
            int code = new ProcessBuilder(unshare.toString(), "--mount", "--net", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return code == 0 ? Optional.empty() : Optional.of("no permission for " + unshare + " --mount --net");
        } catch (IOException failure) {
            return Optional.of(unshare + " does not start: " + failure.getMessage());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while asking " + unshare);
        }
    }

    private static Optional<String> withoutPart(Map<String, String> environment, String part) {
        Path git = program(environment, "git").orElseThrow();
        try {
            Process process = new ProcessBuilder(git.toString(), "--exec-path")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of(git + " --exec-path gave no answer within 2 s");
            }
            var execPath = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
            Path file = Path.of(execPath.strip(), part);
            return Files.isExecutable(file) ? Optional.empty() : Optional.of("no executable " + file);
        } catch (IOException failure) {
            return Optional.of(git + " does not start: " + failure.getMessage());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while asking " + git);
        }
    }
}
