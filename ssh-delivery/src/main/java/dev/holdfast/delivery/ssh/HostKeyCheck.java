package dev.holdfast.delivery.ssh;

import java.net.SocketAddress;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.Signature;

/**
 * Lets a connection go on only with a host that is known, and asks the host for a key of a type that is known of it.
 */
record HostKeyCheck(KnownHosts hosts) implements ServerKeyVerifier, SessionListener {

    private static final AttributeRepository.AttributeKey<SshAddress> ADDRESS =
            new AttributeRepository.AttributeKey<>();

    /** Returns what a connection carries, so that its host is known by the name it was called by. */
    static AttributeRepository context(SshAddress address) {
        return AttributeRepository.ofKeyValuePair(ADDRESS, address);
    }

    @Override
    public boolean verifyServerKey(ClientSession session, SocketAddress remote, PublicKey key) {
        SshAddress address = session.getConnectionContext().getAttribute(ADDRESS);
        return address != null && hosts.accepts(address, session.getIoSession().getRemoteAddress(), key);
    }

    /** Orders as OpenSSH does: a host with several keys, of which one is known, shall show that one. */
    @Override
    public void sessionCreated(Session session) {
        AttributeRepository context = session instanceof ClientSession client ? client.getConnectionContext() : null;
        SshAddress address = context == null ? null : context.getAttribute(ADDRESS);
        if (address != null) {
            Set<String> known = hosts.types(address);
            List<NamedFactory<Signature>> order = new ArrayList<>(session.getSignatureFactories());
            order.sort(Comparator.comparing(one -> !known.contains(KeyUtils.getCanonicalKeyType(one.getName()))));
            session.setSignatureFactories(order);
        }
    }
}
