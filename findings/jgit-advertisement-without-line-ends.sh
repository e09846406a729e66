#!/usr/bin/env bash
# Does a server built on JGit end the lines of its protocol v2 advertisement with LF, as git's own does?
#
# Seen with org.eclipse.jgit:org.eclipse.jgit:7.8.1.202611041320-r and git 2.39.5. It does not: git sends '000eversion 2\n',
# JGit '000dversion 2', and so on to the last line. Git's gitprotocol-common says that a sender SHOULD end a text packet with
# LF and that a receiver must not insist. A reader that looks for whole lines finds no 'version 2' and no 'fetch=... filter'
# there, takes such a server (Gerrit, GitBucket) for an old one, and fetches whole commits. Holdfast reads packets by their
# length: see PktLines in jgit-resolver.
#
# Needs a JDK, Maven and git.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work GIT_CONFIG_NOSYSTEM=1
mvn -B -q dependency:copy -Dartifact=org.eclipse.jgit:org.eclipse.jgit:7.8.1.202611041320-r -DoutputDirectory="$work"
mvn -B -q dependency:copy -Dartifact=org.slf4j:slf4j-api:2.0.20 -DoutputDirectory="$work"
mvn -B -q dependency:copy -Dartifact=com.googlecode.javaewah:JavaEWAH:1.2.3 -DoutputDirectory="$work"
git init -q --bare repository.git
cat >Advertise.java <<'JAVA'
import java.io.File;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

class Advertise {
    public static void main(String... args) throws Exception {
        try (FileRepository repository = new FileRepository(new File(args[0]))) {
            UploadPack pack = new UploadPack(repository);
            pack.setBiDirectionalPipe(false);
            pack.setExtraParameters(List.of("version=2"));
            pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(System.out)));
            System.out.flush();
        }
    }
}
JAVA
java -cp "$(printf '%s:' *.jar)" Advertise.java repository.git >jgit 2>/dev/null
GIT_PROTOCOL=version=2 git upload-pack --stateless-rpc --advertise-refs repository.git >git
show() { head -c 14 "$1" | sed -n 'l' | tr -d '\n'; }
echo "git:  $(show git), $(tr -cd '\n' <git | wc -c) line ends"
echo "JGit: $(show jgit), $(tr -cd '\n' <jgit | wc -c) line ends"
[ "$(head -c 4 git)" = 000e ] && [ "$(head -c 13 jgit)" = '000dversion 2' ] && [ "$(tr -cd '\n' <jgit | wc -c)" -eq 0 ] ||
  { echo 'this has changed' >&2; exit 1; }
