package dev.postern.app.security;

import dev.postern.stream.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/// Answers with problem details (RFC 9457) where no controller is reached.
public final class ApiProblems {

    private record Problem(String type, String title, int status, String detail, String instance) {
    }

    private ApiProblems() {
    }

    /// @param detail what is wrong with this request, in a sentence
    public static void write(HttpServletRequest request, HttpServletResponse response, HttpStatus status,
                             String detail) throws IOException {
        byte[] body = Json.bytes(new Problem("about:blank", status.getReasonPhrase(), status.value(), detail,
                request.getRequestURI()));
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
