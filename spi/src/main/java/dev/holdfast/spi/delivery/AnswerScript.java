package dev.holdfast.spi.delivery;

import dev.holdfast.spi.delivery.ScriptResult.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The steps that ask, for a shell. Each prints two fields that end in NUL, the second of which says what the first one
 * is. Of a file the first is the number of its bytes, which follow.
 */
final class AnswerScript {

    /** No link points to nothing, so an empty first field says that there is none. */
    private static final String LINK = """
            link() {
              t=
              if [ -L "$1" ]; then target "$1" || bad; elif none "$1"; then gone "$1" || bad; fi
              printf '%s\\0link\\0' "$t"
            }
            """;

    private static final String TEXT = """
            text() {
              n=0
              if [ ! -L "$1" ] && [ -f "$1" ] && [ -r "$1" ]; then n=$(head -c "$2" "$1" | wc -c); else n=$2; fi
              n=$((n))
              if [ "$n" -lt "$2" ]; then printf '%s\\0text\\0' "$n"; head -c "$n" "$1"; else printf '\\0none\\0'; fi
            }
            """;

    private AnswerScript() {}

    /** Returns the functions that the asking steps of a script need. */
    static String functions(FileScript script) {
        StringBuilder functions = new StringBuilder();
        if (script.steps().stream().anyMatch(FileStep.SurveyFiles.class::isInstance)) {
            functions.append(SurveyScript.FUNCTIONS);
        }
        if (script.steps().stream().anyMatch(FileStep.ReadLink.class::isInstance)) {
            functions.append(LINK);
        }
        if (script.steps().stream().anyMatch(FileStep.ReadText.class::isInstance)) {
            functions.append(TEXT);
        }
        return functions.toString();
    }

    /** Returns what was printed, as far as it can be read: what a login prints besides is no answer. */
    static List<Answer> answers(byte[] output) {
        List<Answer> answers = new ArrayList<>();
        int at = 0;
        while (true) {
            int first = end(output, at);
            int second = end(output, first + 1);
            if (second >= output.length) {
                return answers;
            }
            String told = text(output, at, first);
            String kind = text(output, first + 1, second);
            at = second + 1;
            if (kind.equals("link")) {
                answers.add(new Answer.Link(Optional.of(told).filter(target -> !target.isEmpty())));
            } else if (kind.equals("none")) {
                answers.add(new Answer.Text(Optional.empty()));
            } else if (kind.equals("text")) {
                int to = at + length(told, output.length - at);
                answers.add(new Answer.Text(Optional.of(text(output, at, to))));
                at = to;
            } else {
                answers.add(SurveyScript.answer(told, kind));
            }
        }
    }

    private static int length(String told, int most) {
        return told.matches("\\d{1,9}") ? Math.min(most, Integer.parseInt(told)) : 0;
    }

    /** Returns where the next field ends; the end of all where none does. */
    private static int end(byte[] output, int from) {
        int at = from;
        while (at < output.length && output[at] != 0) {
            at++;
        }
        return at;
    }

    private static String text(byte[] output, int from, int to) {
        return new String(output, from, to - from, StandardCharsets.UTF_8);
    }
}
