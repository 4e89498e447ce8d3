package dev.postern.app.api;

import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/// Ends a request with problem details (RFC 9457).
final class ApiProblem extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    private ApiProblem(HttpStatus status, String detail) {
        super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    /// @param detail what is wrong with this request and what to do, in a sentence
    static ApiProblem of(HttpStatus status, String detail) {
        return new ApiProblem(status, detail);
    }

    /// Also for what belongs to somebody else: whether it exists is theirs to know.
    static ApiProblem noSuchDomain(String name) {
        return of(HttpStatus.NOT_FOUND, "There is no domain '" + name + "' in your organisation.");
    }

    static ApiProblem noSuchReport(UUID key) {
        return of(HttpStatus.NOT_FOUND, "There is no report '" + key + "' in your organisation.");
    }

    static ApiProblem noSuchImport(UUID id) {
        return of(HttpStatus.NOT_FOUND, "There is no import '" + id + "' in your organisation.");
    }
}
