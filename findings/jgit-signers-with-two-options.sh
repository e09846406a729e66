#!/usr/bin/env bash
# Does JGit read an allowed-signers line with two options as ssh-keygen and git do?
#
# Seen with org.eclipse.jgit.ssh.apache:7.8.1.202611041320-r, git 2.39.5 and OpenSSH 9.2p1. ssh-keygen(1) wants a comma between
# options: 'alice namespaces="git",valid-after="20200101" ssh-ed25519 AAAA...'. git accepts a commit by such a line. JGit refuses
# the whole file for it, so that no signer of the file is known any more. The first check also puts the provider BC into
# java.security.Security, for everything in that JVM. Holdfast reads the file and the signatures itself: see
# docs/decisions/0055.
#
# Needs a JDK, Maven, git and ssh-keygen.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work GIT_CONFIG_NOSYSTEM=1
version=7.8.1.202611041320-r
for artifact in org.eclipse.jgit:org.eclipse.jgit:$version org.eclipse.jgit:org.eclipse.jgit.ssh.apache:$version \
  org.apache.sshd:sshd-osgi:2.19.0 org.slf4j:slf4j-api:2.0.20 org.bouncycastle:bcprov-jdk18on:1.82 com.googlecode.javaewah:JavaEWAH:1.2.3; do
  mvn -B -q dependency:copy -Dartifact="$artifact" -DoutputDirectory="$work"
done
ssh-keygen -q -t ed25519 -N '' -C alice -f key
git init -q repository
git -C repository -c user.name=alice -c user.email=alice@example.org -c gpg.format=ssh -c user.signingkey="$work/key" \
  commit -q -S --allow-empty -m signed
key=$(cut -d' ' -f1,2 key.pub)
echo "alice@example.org $key" >plain
echo "alice@example.org namespaces=\"git\" $key" >one
echo "alice@example.org namespaces=\"git\",valid-after=\"20200101\" $key" >two
cat >Verify.java <<'JAVA'
import java.io.File;
import java.security.Security;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.GpgConfig;
import org.eclipse.jgit.lib.SignatureVerifiers;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

class Verify {
    public static void main(String... args) throws Exception {
        try (FileRepository repository = new FileRepository(new File(args[0], ".git"));
                RevWalk walk = new RevWalk(repository)) {
            RevCommit commit = walk.parseCommit(repository.resolve("HEAD"));
            boolean before = Security.getProvider("BC") != null;
            for (int i = 1; i < args.length; i++) {
                Config config = new Config();
                config.setString("gpg", "ssh", "allowedSignersFile", new File(args[i]).getAbsolutePath());
                var verification = SignatureVerifiers.verify(repository, new GpgConfig(config), commit);
                System.out.println("jgit " + args[i] + " " + (verification != null && verification.verified()));
            }
            System.out.println("BC before " + before + ", after " + (Security.getProvider("BC") != null));
        }
    }
}
JAVA
for list in plain one two; do
  if git -C repository -c gpg.ssh.allowedSignersFile="$work/$list" verify-commit HEAD 2>/dev/null; then echo "git $list true"; else echo "git $list false"; fi
done | tee said
java -cp "$(printf '%s:' *.jar)" Verify.java repository plain one two 2>/dev/null | tee -a said
[ "$(grep -c '^j*git .* true$' said)" -eq 5 ] && grep -q '^jgit two false$' said && grep -q '^BC before false, after true$' said ||
  { echo 'this has changed' >&2; exit 1; }
