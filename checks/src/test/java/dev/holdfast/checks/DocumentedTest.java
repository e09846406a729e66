package dev.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Every public or protected type and method of the published modules says what holds. doclint can only ask for a {@code
 * @param} and a {@code @return} each as well, which house style leaves out where they would repeat the sentence.
 */
final class DocumentedTest {

    @Test
    void everyPublicTypeAndMethodSaysWhatHolds() throws IOException {
        var modules = Module.below(Path.of("..")).stream()
                .filter(module -> Module.PUBLISHED.contains(module.name()))
                .toList();
        assertThat(modules).hasSameSizeAs(Module.PUBLISHED);
        var sources = modules.stream()
                .flatMap(module -> module.sources().stream())
                .filter(source -> !isInternal(source))
                .toList();

        var scan = scan(sources);

        assertThat(scan.seen).as("public declarations read").isGreaterThan(50);
        assertThat(scan.found).as("public declarations without Javadoc").isEmpty();
    }

    /** What no module exports is public only among our own packages; {@link RoomsTest} holds the list of exports. */
    private static boolean isInternal(Path source) {
        return StreamSupport.stream(source.spliterator(), false).anyMatch(Path.of("internal")::equals);
    }

    private static Undocumented scan(List<Path> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            var scan = new Undocumented(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                scan.scan(unit, null);
            }
            return scan;
        }
    }

    private static final class Undocumented extends TreePathScanner<Void, Void> {

        private final List<String> found = new ArrayList<>();
        private int seen;
        private final DocTrees trees;

        Undocumented(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (!isPublic(type.getModifiers(), getCurrentPath())) {
                return null;
            }
            judge(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            boolean inherits = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            boolean isConstructor = method.getName().contentEquals("<init>");
            if (!inherits && !isConstructor && isPublic(method.getModifiers(), getCurrentPath())) {
                judge(method.getName().toString());
            }
            return null;
        }

        private void judge(String name) {
            seen++;
            String comment = trees.getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                var unit = getCurrentPath().getCompilationUnit();
                long position = trees.getSourcePositions()
                        .getStartPosition(unit, getCurrentPath().getLeaf());
                found.add(name + " (" + Path.of(unit.getSourceFile().toUri()).getFileName() + ":"
                        + unit.getLineMap().getLineNumber(position) + ")");
            }
        }

        private static boolean isPublic(ModifiersTree modifiers, TreePath path) {
            boolean inInterface = path.getParentPath().getLeaf() instanceof ClassTree parent
                    && (parent.getKind() == Tree.Kind.INTERFACE || parent.getKind() == Tree.Kind.ANNOTATION_TYPE);
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || modifiers.getFlags().contains(Modifier.PROTECTED)
                    || (inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
        }
    }
}
