package dev.holdfast.trust.openpgp;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.trust.GitObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cases of OpenPGP, on one repository with one home of keys. */
final class OpenPgpCases {

    static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant SIGNED = Instant.parse("2026-03-01T12:00:00Z");
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final List<Case> cases = new ArrayList<>();
    private final GpgRepository repository;
    private final String alice;
    private final GitObject signed;
    private final byte[] ring;

    /**
     * One row of the table.
     *
     * @param object what is signed, or is not
     * @param ring whose keys may sign
     * @param reason of the refusal; empty if it is good
     * @param git what git says, by gpg; empty where it has no such question, or is less strict
     */
    record Case(String what, GitObject object, List<Byte> ring, Optional<Reason> reason, Optional<Boolean> git) {

        Case refused(Reason why) {
            return new Case(what, object, ring, Optional.of(why), Optional.of(false));
        }

        Case notAskedOfGit() {
            return new Case(what, object, ring, reason, Optional.empty());
        }

        String row() {
            return "| " + what + " | " + reason.map(why -> "`" + why + "`").orElse("good") + " | "
                    + git.map(takes -> takes ? "good" : "refused").orElse("-") + " |";
        }

        byte[] keys() {
            byte[] keys = new byte[ring.size()];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = ring.get(i);
            }
            return keys;
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private OpenPgpCases(GpgRepository repository) {
        this.repository = repository;
        this.alice = repository.key("Alice <alice@example.org>", "ed25519", "sign", "never", MADE);
        this.signed = repository.commit("Signed", alice, SIGNED);
        this.ring = repository.export(NOW, alice);
    }

    static List<Case> on(GpgRepository repository) {
        OpenPgpCases made = new OpenPgpCases(repository);
        made.kinds();
        made.changed();
        made.keys();
        made.subkeys();
        return List.copyOf(made.cases);
    }

    private static List<Byte> list(byte[] bytes) {
        List<Byte> list = new ArrayList<>();
        for (byte each : bytes) {
            list.add(each);
        }
        return List.copyOf(list);
    }

    /** Adds a case that is good, and may be changed before it is added. */
    private static Case good(String what, GitObject object, byte[] ring) {
        return new Case(what, object, list(ring), Optional.empty(), Optional.of(true));
    }

    private void add(Case made) {
        cases.add(made);
    }

    private static GitObject edited(GitObject object, String from, String to) {
        String text = new String(object.content(), StandardCharsets.ISO_8859_1);
        byte[] changed = text.replaceFirst(from, to).getBytes(StandardCharsets.ISO_8859_1);
        return object.kind() == GitObject.Kind.COMMIT ? GitObject.commit(changed) : GitObject.tag(changed);
    }

    private void kinds() {
        add(good("commit signed with ed25519", signed, ring));
        String rsa = repository.key("Rob <rob@example.org>", "rsa3072", "sign", "never", MADE);
        add(good("commit signed with rsa3072", repository.commit("RSA", rsa, SIGNED), repository.export(NOW, rsa)));
        String nist = repository.key("Nina <nina@example.org>", "nistp256", "sign", "never", MADE);
        add(good("commit signed with nistp256", repository.commit("P", nist, SIGNED), repository.export(NOW, nist)));
        add(good("signed tag over an unsigned commit", tag(alice), ring));
        add(good("keyring in armor, of two exports", signed, two(rsa)));
    }

    private GitObject tag(String key) {
        return repository.tag("v1.0.0", repository.commit("Plain", "", SIGNED), key, SIGNED);
    }

    private byte[] two(String other) {
        String both = new String(repository.exportArmored(NOW, other), StandardCharsets.US_ASCII)
                + new String(repository.exportArmored(NOW, alice), StandardCharsets.US_ASCII);
        return both.getBytes(StandardCharsets.US_ASCII);
    }

    private void changed() {
        add(good("unsigned commit", repository.commit("Plain", "", SIGNED), ring)
                .refused(Reason.UNSIGNED));
        add(good("signature taken off a commit", edited(signed, "gpgsig [^\n]*\n( [^\n]*\n)*", ""), ring)
                .refused(Reason.UNSIGNED));
        add(good("text of a signed commit changed", edited(signed, "Signed", "Resigned"), ring)
                .refused(Reason.SIGNATURE_REFUSED));
        add(good("text of a signed tag changed", edited(tag(alice), "Release", "Changed"), ring)
                .refused(Reason.SIGNATURE_REFUSED));
        add(good("signature cut short", edited(signed, "\n [^\n]*\n =", "\n ="), ring)
                .refused(Reason.SIGNATURE_REFUSED));
        add(good("hash SHA-1", repository.commit("Weak", alice, SIGNED, "--digest-algo", "SHA1"), ring)
                .refused(Reason.SIGNATURE_REFUSED)
                .notAskedOfGit());
        add(good("tag with text behind its signature", edited(tag(alice), "$", "More\n"), ring)
                .refused(Reason.SIGNATURE_REFUSED)
                .notAskedOfGit());
    }

    private void keys() {
        String mallory = repository.key("Mallory <m@example.org>", "ed25519", "sign", "never", MADE);
        add(good("signed by a key that is not in the ring", repository.commit("M", mallory, SIGNED), ring)
                .refused(Reason.SIGNER_REFUSED));
        String ended = repository.key("Ed <ed@example.org>", "ed25519", "sign", "2026-04-01", MADE);
        GitObject byEnded = repository.commit("E", ended, SIGNED);
        add(good("key ended after it signed, and before now", byEnded, repository.export(SIGNED, ended))
                .refused(Reason.SIGNER_REFUSED));
        repository.ends(ended, "2027-01-01", SIGNED);
        add(good("the same key, given a later end", byEnded, repository.export(SIGNED, ended)));
        repository.ends(ended, "2026-05-01", SIGNED.plusSeconds(3600));
        add(good("the same key, given an earlier end again", byEnded, repository.export(SIGNED, ended))
                .refused(Reason.SIGNER_REFUSED));
        String gone = repository.key("Greta <greta@example.org>", "ed25519", "sign", "never", MADE);
        GitObject byGone = repository.commit("G", gone, SIGNED);
        byte[] before = repository.export(NOW, gone);
        repository.revoke(gone, SIGNED.plusSeconds(3600));
        add(good("key revoked after it signed", byGone, repository.export(NOW, gone))
                .refused(Reason.SIGNER_REFUSED));
        add(good("the same in a ring from before it was revoked", byGone, before));
        add(good("signature from before the key was made", early(), ring()).refused(Reason.SIGNER_REFUSED));
    }

    private String late = "";

    /** gpg lets nobody sign before the key was made unless it is told to. */
    private GitObject early() {
        late = repository.key("Lara <lara@example.org>", "ed25519", "sign", "never", MADE.plusSeconds(86_400));
        return repository.commit("Early", late, MADE, "--ignore-time-conflict");
    }

    private byte[] ring() {
        return repository.export(NOW, late);
    }

    private void subkeys() {
        String carol = repository.key("Carol <carol@example.org>", "ed25519", "cert", "never", MADE);
        String subkey = repository.subkey(carol, "ed25519", "sign", "never", MADE);
        String brief = repository.subkey(carol, "ed25519", "sign", "2026-04-01", MADE);
        GitObject bySubkey = repository.commit("Sub", subkey, SIGNED);
        add(good("commit signed with a subkey", bySubkey, repository.export(NOW, carol)));
        add(good("tag signed with a subkey", tag(subkey), repository.export(NOW, carol)));
        add(good(
                        "subkey ended after it signed, and before now",
                        repository.commit("Brief", brief, SIGNED),
                        repository.export(SIGNED, carol))
                .refused(Reason.SIGNER_REFUSED));
        repository.revoke(carol, SIGNED.plusSeconds(3600));
        add(good("signed with a subkey of a revoked key", bySubkey, repository.export(NOW, carol))
                .refused(Reason.SIGNER_REFUSED));
    }
}
