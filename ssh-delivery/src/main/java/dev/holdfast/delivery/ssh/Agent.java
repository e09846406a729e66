package dev.holdfast.delivery.ssh;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import org.apache.sshd.agent.SshAgent;
import org.apache.sshd.agent.SshAgentFactory;
import org.apache.sshd.agent.SshAgentServer;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A user's SSH agent, over the JDK's own Unix sockets. It is asked for identities and signatures, and never forwarded.
 */
final class Agent extends AbstractAgentProxy {

    /** What OpenSSH's agent says at most. */
    private static final int LONGEST = 256 << 10;

    private final @Nullable SocketChannel channel;

    /** @param channel to the agent; {@code null} if it is away */
    private Agent(@Nullable SocketChannel channel) {
        super(null);
        this.channel = channel;
    }

    /** Returns what connects to the agent behind {@code socket}, once for each login. */
    static SshAgentFactory at(Path socket) {
        return new SshAgentFactory() {
            @Override
            public List<ChannelFactory> getChannelForwardingFactories(FactoryManager manager) {
                return List.of();
            }

            @Override
            public SshAgent createClient(Session session, FactoryManager manager) {
                try {
                    return new Agent(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
                } catch (IOException e) {
                    return new Agent(null);
                }
            }

            @Override
            public SshAgentServer createServer(ConnectionService service) throws IOException {
                throw new IOException("agents are not forwarded");
            }
        };
    }

    @Override
    public Iterable<? extends Map.Entry<PublicKey, String>> getIdentities() throws IOException {
        return channel == null ? List.of() : super.getIdentities();
    }

    @Override
    protected synchronized Buffer request(Buffer buffer) throws IOException {
        if (channel == null) {
            throw new EOFException("the agent is away");
        }
        ByteBuffer question = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
        while (question.hasRemaining()) {
            channel.write(question);
        }
        int length = read(channel, Integer.BYTES).getInt();
        if (length < 1 || length > LONGEST) {
            throw new IOException("the agent answers with " + length + " bytes");
        }
        return new ByteArrayBuffer(read(channel, length).array());
    }

    private static ByteBuffer read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(bytes);
        while (answer.hasRemaining()) {
            if (channel.read(answer) < 0) {
                throw new EOFException("the agent went away");
            }
        }
        return answer.flip();
    }

    @Override
    public boolean isOpen() {
        return channel == null || channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
