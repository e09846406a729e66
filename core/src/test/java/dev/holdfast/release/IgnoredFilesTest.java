package dev.holdfast.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IgnoredFilesTest {

    @ParameterizedTest
    @CsvSource({
        "__pycache__/**,__pycache__,true",
        "__pycache__/**,__pycache__/a.pyc,true",
        "__pycache__/**,src/deep/__pycache__/a/b,true",
        "__pycache__/**,my__pycache__/a,false",
        "__pycache__/**,__pycache__x,false",
        "*.pyc,a.pyc,true",
        "*.pyc,src/a.pyc,true",
        "*.pyc,a.pyc/b,false",
        "*.pyc,a.py,false",
        "/build/**,build/x,true",
        "/build/**,src/build/x,false",
        "src/**/tmp,src/a/b/tmp,true",
        "a?c,abc,true",
        "a?c,a/c,false",
        "a.c,abc,false"
    })
    void aPatternCoversWhatItSays(String pattern, String path, boolean covered) {
        assertThat(IgnoredFiles.of(List.of(pattern)).covers(path)).isEqualTo(covered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/", "*", "**", "a//b"})
    void aPatternThatWouldSpareNothingIsRefused(String pattern) {
        assertThatThrownBy(() -> IgnoredFiles.of(List.of(pattern))).isInstanceOf(PermanentException.class);
    }

    @Test
    void nothingIsIgnoredUnlessSomebodySaysSo() {
        assertThat(IgnoredFiles.NONE.covers("__pycache__/a.pyc")).isFalse();
    }
}
