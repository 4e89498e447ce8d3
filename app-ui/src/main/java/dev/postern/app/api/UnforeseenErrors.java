package dev.postern.app.api;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// The last resort, after Spring's own and [ApiErrors]: what nobody foresaw is told to the operator in full and to
/// the program without details, as a problem like any other.
@RestControllerAdvice(basePackageClasses = UnforeseenErrors.class)
@Order(Ordered.LOWEST_PRECEDENCE)
class UnforeseenErrors {

    private static final Logger LOG = LoggerFactory.getLogger(UnforeseenErrors.class);

    @ExceptionHandler
    ProblemDetail unforeseen(RuntimeException fault) {
        LOG.error("A request failed for a reason that nobody foresaw", fault);
        return ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
                "Postern failed at this request. Its log says why.");
    }
}
