package dev.holdfast.resolver.jgit;

import java.io.File;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** Shows JGit a machine without git settings: no configuration files, no environment of git's, no home. */
final class IsolatedSystemReader extends SystemReader.Delegate {

    IsolatedSystemReader(SystemReader system) {
        super(system);
    }

    @Override
    public String getHostname() {
        return "localhost";
    }

    @Override
    public @Nullable String getenv(String name) {
        boolean hidden = name.startsWith("GIT_") || name.startsWith("XDG_") || name.equals("HOME");
        return hidden ? null : super.getenv(name);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public @Nullable Path getXdgConfigDirectory(FS fs) {
        return null;
    }

    @Override
    public @Nullable Path getXdgCacheDirectory(FS fs) {
        return null;
    }

    /** A configuration that is empty, stays so, and is never written. */
    private static final class Nothing extends FileBasedConfig {

        Nothing(@Nullable Config parent, FS fs) {
            super(parent, new File("/dev/null"), fs);
        }

        @Override
        public void load() {
            // there is nothing
        }

        @Override
        public void save() {
            // what JGit measures of the file system is measured again next time
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
