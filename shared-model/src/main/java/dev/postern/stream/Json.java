package dev.postern.stream;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The JSON form of what Postern keeps and sends: ISO 8601 times; unknown fields are skipped, so that an older process
/// reads what a newer one wrote.
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {
    }

    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// @throws tools.jackson.core.JacksonException when the bytes are not of that form
    public static <T> T read(byte[] json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }

    /// @throws tools.jackson.core.JacksonException when the text is not of that form
    public static <T> T read(String json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }
}
