package dev.holdfast.resolver.jgit;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * Sessions whose first bytes are kept, and all are counted: over ssh JGit shows nobody what the server says of itself.
 */
final class OverheardSessions extends SshSessionFactory {

    private static final int KEPT = 8192;

    private final SshdSessionFactory sessions;
    private final Budget budget;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    OverheardSessions(SshdSessionFactory sessions, Budget budget) {
        this.budget = budget;
        this.sessions = sessions;
    }

    /** Returns what the server of the last session said first, as far as it was read. */
    Advertisement said() {
        synchronized (heard) {
            return Advertisement.of(heard.toByteArray());
        }
    }

    @Override
    public RemoteSession getSession(URIish uri, @Nullable CredentialsProvider credentials, FS fs, int millis)
            throws TransportException {
        return new Session((RemoteSession2) sessions.getSession(uri, credentials, fs, millis));
    }

    @Override
    public String getType() {
        return sessions.getType();
    }

    @Override
    public void releaseSession(RemoteSession session) {
        sessions.releaseSession(session instanceof Session ours ? ours.session : session);
    }

    private InputStream listening(InputStream in) {
        synchronized (heard) {
            heard.reset();
        }
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int n = super.read(bytes, offset, length);
                budget.take(n);
                synchronized (heard) {
                    heard.write(bytes, offset, Math.max(0, Math.min(n, KEPT - heard.size())));
                }
                return n;
            }
        };
    }

    private final class Session implements RemoteSession2 {

        private final RemoteSession2 session;

        Session(RemoteSession2 session) {
            this.session = session;
        }

        @Override
        public Process exec(String command, int timeout) throws IOException {
            return new Overheard(session.exec(command, timeout));
        }

        @Override
        public Process exec(String command, Map<String, String> environment, int timeout) throws IOException {
            return new Overheard(session.exec(command, environment, timeout));
        }

        @Override
        public void disconnect() {
            session.disconnect();
        }
    }

    private final class Overheard extends Process {

        private final Process process;
        private final InputStream in;

        Overheard(Process process) {
            this.process = process;
            this.in = listening(process.getInputStream());
        }

        @Override
        public OutputStream getOutputStream() {
            return process.getOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public InputStream getErrorStream() {
            return new Excerpt(process.getErrorStream());
        }

        @Override
        public int waitFor() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
            return process.waitFor(timeout, unit);
        }

        @Override
        public int exitValue() {
            return process.exitValue();
        }

        @Override
        public void destroy() {
            process.destroy();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }
    }
}
