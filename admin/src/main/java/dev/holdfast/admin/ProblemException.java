package dev.holdfast.admin;

/** Ends a request with a problem that is the platform's own. */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(Problem.of(400, "bad request", detail));
    }

    static ProblemException notFound(String detail) {
        return new ProblemException(Problem.of(404, "not found", detail));
    }

    static ProblemException conflict(String title, String detail) {
        return new ProblemException(Problem.of(409, title, detail));
    }
}
