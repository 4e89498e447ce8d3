package dev.postern.app.api;

import dev.postern.app.AppSettings;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.OptionalLong;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the OpenAPI description says beside what the controllers show by themselves.
@Configuration(proxyBeanMethods = false)
class OpenApiDescription {

    private static final String SCHEME = "apiToken";

    OpenApiDescription() {
        SpringDocUtils.getConfig().replaceWithClass(OptionalLong.class, Long.class);
    }

    @Bean
    OpenAPI openApi(AppSettings settings) {
        return new OpenAPI()
                .info(new Info().title("Postern").version("1")
                        .description("Takes a mail domain from nothing published to MTA-STS enforce, and keeps it "
                                + "there. Errors are problem details (RFC 9457)."))
                .servers(List.of(new Server().url(settings.publicUrl()
                        .map(url -> url.toString().replaceAll("/$", "")).orElse("/"))))
                .components(new Components()
                        .addSecuritySchemes(SCHEME, new SecurityScheme().type(SecurityScheme.Type.HTTP)
                                .scheme("bearer").description("An API token from Settings.")))
                .addSecurityItem(new SecurityRequirement().addList(SCHEME));
    }

    /// The schema is added here, since springdoc drops one that no controller names.
    @Bean
    OpenApiCustomizer problemsEverywhere() {
        var schema = new Schema<>().type("object").description("RFC 9457")
                .addProperty("type", new Schema<>().type("string"))
                .addProperty("title", new Schema<>().type("string"))
                .addProperty("status", new Schema<>().type("integer"))
                .addProperty("detail", new Schema<>().type("string"))
                .addProperty("instance", new Schema<>().type("string"));
        var problem = new ApiResponse().description("What is wrong and what to do").content(new Content()
                .addMediaType("application/problem+json", new MediaType()
                        .schema(new Schema<>().$ref("#/components/schemas/Problem"))));
        return api -> {
            api.getComponents().addSchemas("Problem", schema);
            api.getPaths().values().forEach(path -> path.readOperations()
                    .forEach(operation -> operation.getResponses().addApiResponse("default", problem)));
        };
    }
}
