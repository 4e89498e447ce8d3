package dev.postern.app.api;

import dev.postern.app.security.NotPermitted;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.JacksonException;

/// Problem details for what Spring does not turn into them by itself.
@RestControllerAdvice(basePackageClasses = ApiErrors.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ApiErrors {

    private static final Logger LOG = LoggerFactory.getLogger(ApiErrors.class);

    @ExceptionHandler
    ProblemDetail malformed(HttpMessageNotReadableException unreadable) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
                unreadable.getCause() instanceof JacksonException json
                        ? "The body can't be read: " + json.getOriginalMessage()
                        : "The body is missing or can't be read.");
    }

    /// What is missing is named, for programs too: `permission`, and the `role` that would be enough.
    @ExceptionHandler
    ProblemDetail notPermitted(NotPermitted missing) {
        var problem = ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN, missing.getMessage());
        problem.setProperty("permission", missing.missing().name());
        problem.setProperty("role", missing.missing().least().name());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail databaseAway(DataAccessException failed) {
        LOG.error("The database failed under a request", failed);
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
                "The database can't be reached or refused. Try again soon.");
    }
}
