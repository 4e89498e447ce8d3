package dev.postern.settings;

import java.util.Map;

/// The settings of one process, read from its environment.
///
/// @param environment variable names and their values, usually [System#getenv()]
public record Settings(Map<String, String> environment) {

    /// The value of a setting, or its default when the variable is absent or blank.
    ///
    /// @throws InvalidSettingException when the text is not allowed
    public <T> T get(Setting<T> setting) {
        String given = environment.getOrDefault(setting.name(), "").strip();
        String text = given.isEmpty() ? setting.fallback() : given;
        try {
            return setting.reader().apply(text);
        } catch (IllegalArgumentException refused) {
            throw new InvalidSettingException(setting, text);
        }
    }
}
