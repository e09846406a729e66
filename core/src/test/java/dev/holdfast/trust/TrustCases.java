package dev.holdfast.trust;

import static dev.holdfast.trust.Proof.SIGNED_COMMIT;
import static dev.holdfast.trust.Proof.SIGNED_TAG;
import static dev.holdfast.trust.Proof.SIGNED_TAG_AND_COMMIT;
import static dev.holdfast.trust.Proof.SIGNED_TAG_OR_COMMIT;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.trust.GitObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cases, on one repository with signed and unsigned commits and tags. */
final class TrustCases {

    private final List<TrustCase> cases = new ArrayList<>();
    private final SignedRepository repository;
    private final Path alice;
    private final Path mallory;
    private final String listed;
    private final GitObject unsigned;
    private final GitObject signed;
    private final GitObject tagOverUnsigned;
    private final GitObject tagOverSigned;

    private TrustCases(Path directory) {
        this.repository = new SignedRepository(directory);
        this.alice = repository.key("alice", "-t", "ed25519");
        this.mallory = repository.key("mallory", "-t", "ed25519");
        this.listed = "alice@example.org " + SignedRepository.line(alice) + "\n";
        String plain = repository.commit("Plain");
        this.unsigned = repository.commitObject(plain);
        this.tagOverUnsigned = repository.tagObject(repository.tag("v1.0.0", plain, alice));
        String good = repository.commit("Signed", alice);
        this.signed = repository.commitObject(good);
        this.tagOverSigned = repository.tagObject(repository.tag("v1.0.0", good, alice));
    }

    static List<TrustCase> on(Path directory) {
        TrustCases made = new TrustCases(directory);
        made.keys();
        made.parts();
        made.changed();
        made.signers();
        made.times();
        made.lists();
        made.forms();
        return List.copyOf(made.cases);
    }

    private void add(TrustCase made) {
        cases.add(made);
    }

    private static GitObject edited(GitObject object, String from, String to) {
        String text = new String(object.content(), StandardCharsets.ISO_8859_1);
        byte[] changed = text.replaceFirst(from, to).getBytes(StandardCharsets.ISO_8859_1);
        return object.kind() == GitObject.Kind.COMMIT ? GitObject.commit(changed) : GitObject.tag(changed);
    }

    /** Puts a signature into a commit as git does. */
    private static GitObject withSignature(GitObject commit, String signature) {
        String header = "\ngpgsig " + signature.strip().replace("\n", "\n ") + "\n\n";
        return edited(commit, "\n\n", header.replace("\\", "\\\\").replace("$", "\\$"));
    }

    private void keys() {
        List<String[]> kinds = List.of(
                new String[] {"ecdsa", "-t", "ecdsa", "-b", "256"},
                new String[] {"ecdsa384", "-t", "ecdsa", "-b", "384"},
                new String[] {"ecdsa521", "-t", "ecdsa", "-b", "521"},
                new String[] {"rsa3072", "-t", "rsa", "-b", "3072"});
        add(TrustCase.of("commit signed with ed25519", SIGNED_COMMIT, listed)
                .commit(signed)
                .git(true));
        for (String[] kind : kinds) {
            Path key = repository.key(
                    kind[0], List.of(kind).subList(1, kind.length).toArray(String[]::new));
            String line = "bob@example.org " + SignedRepository.line(key);
            add(TrustCase.of("commit signed with " + kind[0], SIGNED_COMMIT, line)
                    .commit(repository.commitObject(repository.commit("By " + kind[0], key)))
                    .git(true));
        }
        Path weak = repository.key("weak", "-t", "rsa", "-b", "1024");
        add(TrustCase.of("commit signed with a 1024-bit RSA key", SIGNED_COMMIT, listed)
                .commit(repository.commitObject(repository.commit("Weak", weak)))
                .refused(Reason.SIGNATURE_REFUSED));
        SecurityKey touched = SecurityKey.create();
        add(TrustCase.of("commit signed with a security key", SIGNED_COMMIT, "carol@example.org " + touched.line())
                .commit(withSignature(unsigned, touched.sign(unsigned.content(), true)))
                .git(true));
        add(TrustCase.of("commit signed with a security key that nobody touched", SIGNED_COMMIT, listed)
                .commit(withSignature(unsigned, touched.sign(unsigned.content(), false)))
                .refused(Reason.SIGNATURE_REFUSED));
    }

    private void parts() {
        GitObject unsignedTag = repository.tagObject(repository.tag("v1.0.0", signed.id()));
        add(TrustCase.of("signed tag over an unsigned commit", SIGNED_TAG, listed)
                .commit(unsigned)
                .tag(tagOverUnsigned)
                .git(true));
        add(TrustCase.of("signed tag over an unsigned commit", SIGNED_TAG_OR_COMMIT, listed)
                .commit(unsigned)
                .tag(tagOverUnsigned));
        add(TrustCase.of("signed tag over an unsigned commit", SIGNED_COMMIT, listed)
                .commit(unsigned)
                .tag(tagOverUnsigned)
                .refused(Reason.UNSIGNED));
        add(TrustCase.of("signed tag over an unsigned commit", SIGNED_TAG_AND_COMMIT, listed)
                .commit(unsigned)
                .tag(tagOverUnsigned)
                .refused(Reason.UNSIGNED));
        add(TrustCase.of("unsigned tag over a signed commit", SIGNED_TAG, listed)
                .commit(signed)
                .tag(unsignedTag)
                .refused(Reason.UNSIGNED)
                .git(false));
        add(TrustCase.of("unsigned tag over a signed commit", SIGNED_TAG_OR_COMMIT, listed)
                .commit(signed)
                .tag(unsignedTag));
        add(TrustCase.of("signed tag over a signed commit", SIGNED_TAG_AND_COMMIT, listed)
                .commit(signed)
                .tag(tagOverSigned)
                .git(true));
        add(TrustCase.of("plain tag over a signed commit", SIGNED_TAG, listed)
                .commit(signed)
                .refused(Reason.UNSIGNED));
        add(TrustCase.of("branch with a signed commit", SIGNED_TAG, listed)
                .foundBy("")
                .commit(signed)
                .refused(Reason.UNSIGNED));
        add(TrustCase.of("unsigned commit", SIGNED_TAG_OR_COMMIT, listed)
                .commit(unsigned)
                .refused(Reason.UNSIGNED)
                .git(false));
        add(TrustCase.of("no evidence at all", SIGNED_TAG_OR_COMMIT, listed).refused(Reason.UNSIGNED));
    }

    private void changed() {
        add(TrustCase.of("signature taken off a commit", SIGNED_COMMIT, listed)
                .commit(edited(signed, "gpgsig [^\n]*\n( [^\n]*\n)*", ""))
                .refused(Reason.UNSIGNED)
                .git(false));
        add(TrustCase.of("text of a signed commit changed", SIGNED_COMMIT, listed)
                .commit(edited(signed, "Signed", "Resigned"))
                .refused(Reason.SIGNATURE_REFUSED)
                .git(false));
        add(TrustCase.of("text of a signed tag changed", SIGNED_TAG, listed)
                .commit(signed)
                .tag(edited(tagOverSigned, "Release", "Changed"))
                .refused(Reason.SIGNATURE_REFUSED)
                .git(false));
        add(TrustCase.of("a commit other than the one asked for", SIGNED_COMMIT, listed)
                .commit(signed)
                .asked(unsigned.id())
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("tag moved to another commit", SIGNED_TAG, listed)
                .commit(unsigned)
                .tag(tagOverSigned)
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("tag moved to another commit, which is signed", SIGNED_TAG_OR_COMMIT, listed)
                .commit(signed)
                .tag(tagOverUnsigned)
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("signed tag shown under another name", SIGNED_TAG, listed)
                .foundBy("v9.0.0")
                .commit(signed)
                .tag(tagOverSigned)
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("signed tag of a tag", SIGNED_TAG, listed)
                .commit(signed)
                .tag(repository.tagObject(repository.tag("v1.0.0", repository.write(tagOverSigned), alice)))
                .refused(Reason.SIGNATURE_REFUSED));
    }

    private void signers() {
        GitObject byMallory = repository.commitObject(repository.commit("Taken", mallory));
        add(TrustCase.of("signed by a key that is not listed", SIGNED_COMMIT, listed)
                .commit(byMallory)
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of("nobody is listed", SIGNED_COMMIT, "")
                .commit(signed)
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of("signed commit, and its tag signed anew by another key", SIGNED_TAG_OR_COMMIT, listed)
                .commit(signed)
                .tag(repository.tagObject(repository.tag("v1.0.0", signed.id(), mallory)))
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of("key is revoked", SIGNED_COMMIT, listed)
                .commit(signed)
                .revoking(SignedRepository.line(alice) + "\n")
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of("another key is revoked", SIGNED_COMMIT, listed)
                .commit(signed)
                .revoking(SignedRepository.line(mallory) + "\n")
                .git(true));
        add(TrustCase.of("line is for namespace file", SIGNED_COMMIT, option("namespaces=\"file\""))
                .commit(signed)
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of("signature was made in namespace file", SIGNED_COMMIT, listed)
                .commit(withSignature(unsigned, repository.signature(unsigned.content(), "file", alice)))
                .refused(Reason.SIGNATURE_REFUSED)
                .git(false));
        add(TrustCase.of("rule names bob, the line alice", SIGNED_COMMIT, listed)
                .commit(signed)
                .by("bob@example.org")
                .refused(Reason.SIGNER_REFUSED));
        add(TrustCase.of("rule names alice, the line *@example.org", SIGNED_COMMIT, named("*@example.org"))
                .commit(signed)
                .by("alice@example.org")
                .git(true));
        add(TrustCase.of(
                        "rule names alice, the line *@example.org,!alice@*",
                        SIGNED_COMMIT,
                        named("*@example.org,!alice@*"))
                .commit(signed)
                .by("alice@example.org")
                .refused(Reason.SIGNER_REFUSED));
    }

    private String option(String options) {
        return "alice@example.org " + options + " " + SignedRepository.line(alice) + "\n";
    }

    private String named(String names) {
        return names + " " + SignedRepository.line(alice) + "\n";
    }

    private void times() {
        add(TrustCase.of("key ended before it signed", SIGNED_COMMIT, option("valid-before=\"20260101\""))
                .commit(signed)
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of("key was not valid yet when it signed", SIGNED_COMMIT, option("valid-after=\"20260401\""))
                .commit(signed)
                .refused(Reason.SIGNER_REFUSED)
                .git(false));
        add(TrustCase.of(
                        "key ended after it signed, and before now", SIGNED_COMMIT, option("valid-before=\"20260501\""))
                .commit(signed)
                .refused(Reason.SIGNER_REFUSED));
        add(TrustCase.of("the same, accepted before the key ended", SIGNED_COMMIT, option("valid-before=\"20260501\""))
                .commit(signed)
                .seen("2026-04-01T00:00:00Z"));
        add(TrustCase.of("two options on a line", SIGNED_COMMIT, option("namespaces=\"git\",valid-after=\"20260101Z\""))
                .commit(signed)
                .git(true));
        add(TrustCase.of("an ended line, then a valid one", SIGNED_COMMIT, option("valid-before=\"20260101\"") + listed)
                .commit(signed)
                .git(true));
    }

    private void lists() {
        add(TrustCase.of(
                        "list with comments, blank lines and CRLF",
                        SIGNED_COMMIT,
                        "# ours\r\n\r\n" + listed.replace("\n", "\r\n"))
                .commit(signed)
                .git(true));
        add(TrustCase.of("a line that cannot be read elsewhere in the list", SIGNED_COMMIT, "nonsense\n" + listed)
                .commit(signed)
                .refused(Reason.INVALID_VALUE));
        add(TrustCase.of("list that begins with a byte order mark", SIGNED_COMMIT, "\uFEFF" + listed)
                .commit(signed)
                .refused(Reason.INVALID_VALUE));
        add(TrustCase.of("an unknown option", SIGNED_COMMIT, option("since=\"20260101\""))
                .commit(signed)
                .refused(Reason.INVALID_VALUE)
                .git(false));
        add(TrustCase.of("a certificate authority in the list", SIGNED_COMMIT, option("cert-authority"))
                .commit(signed)
                .refused(Reason.INVALID_VALUE)
                .git(false));
    }

    private void forms() {
        String own = repository.signature(unsigned.content(), "git", alice);
        GitObject twice = withSignature(withSignature(unsigned, own), own);
        add(TrustCase.of("commit with two signatures", SIGNED_COMMIT, listed)
                .commit(twice)
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("commit with an OpenPGP signature", SIGNED_COMMIT, listed)
                .commit(withSignature(unsigned, "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----"))
                .refused(Reason.SIGNATURE_REFUSED)
                .git(false));
        add(TrustCase.of("commit that quotes a signature in its message", SIGNED_COMMIT, listed)
                .commit(repository.commitObject(repository.commit("Quote\n\ngpgsig " + own)))
                .refused(Reason.UNSIGNED)
                .git(false));
        add(TrustCase.of("commit in ISO-8859-1", SIGNED_COMMIT, listed)
                .commit(latinCommit())
                .git(true));
        add(TrustCase.of("tag with text behind its signature", SIGNED_TAG, listed)
                .commit(signed)
                .tag(edited(tagOverSigned, "END SSH SIGNATURE-----\n", "END SSH SIGNATURE-----\nmore\n"))
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("tag with two signatures", SIGNED_TAG, listed)
                .commit(signed)
                .tag(edited(tagOverSigned, "-----BEGIN SSH", own.replace("\n", "\n") + "-----BEGIN SSH"))
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("tag whose signature has CRLF line ends", SIGNED_TAG, listed)
                .commit(signed)
                .tag(edited(tagOverSigned, "SSH SIGNATURE-----\n", "SSH SIGNATURE-----\r\n"))
                .refused(Reason.SIGNATURE_REFUSED));
        add(TrustCase.of("signature cut short", SIGNED_COMMIT, listed)
                .commit(edited(signed, "\n [A-Za-z0-9+/=]+\n -----END", "\n -----END"))
                .refused(Reason.SIGNATURE_REFUSED)
                .git(false));
    }

    private GitObject latinCommit() {
        GitObject plain = edited(edited(unsigned, "\n\n", "\nencoding ISO-8859-1\n\n"), "Plain", "Gr\u00fc\u00dfe");
        return withSignature(plain, repository.signature(plain.content(), "git", alice));
    }
}
