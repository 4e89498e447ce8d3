package dev.postern.app.api;

import dev.postern.app.security.ApiProblems;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/// Answers below `/api` where no controller does. Else the pages would, with HTML.
@Configuration(proxyBeanMethods = false)
class UnknownPaths {

    /// After the controllers' mapping, whose order is 0, and before the pages'.
    private static final int AFTER_CONTROLLERS = 10;

    @Bean
    SimpleUrlHandlerMapping unknownApiPaths() {
        HttpRequestHandler notFound = (request, response) -> ApiProblems.write(request, response,
                HttpStatus.NOT_FOUND, "There is nothing at this address. See /api/v1/openapi.json.");
        return new SimpleUrlHandlerMapping(Map.of("/api", notFound, "/api/**", notFound), AFTER_CONTROLLERS);
    }
}
