package dev.holdfast.spi.trust;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import java.util.List;
import java.util.Optional;

/**
 * What is to be delivered, as an {@link Admission} sees it. The limits and refusals of a bundle are checked after it,
 * so names and links are still the author's own.
 *
 * @param key the install, which need not exist yet
 * @param source where it comes from
 * @param revision exactly what is to be delivered
 * @param version the name of the tag that it was found by
 * @param evidence what the source shows for it; none where its resolver shows none
 * @param verified what the trust policy has proved; empty where no rule concerns the source
 * @param files every file, in the order of the bundle
 */
public record Candidate(
        InstallKey key,
        Source source,
        Revision revision,
        Optional<String> version,
        Evidence evidence,
        Optional<Verified> verified,
        List<CandidateFile> files) {

    /** Copies the list. */
    public Candidate {
        files = List.copyOf(files);
    }

    /**
     * One file.
     *
     * @param path below the plugin's directory
     * @param size its bytes
     * @param executable whether it is delivered as a program
     * @param sha256 the hash of its content, 64 hex digits
     */
    public record CandidateFile(String path, long size, boolean executable, String sha256) {}
}
