package dev.postern.settings;

/// A setting that is not allowed. Its message is for the operator and complete: name, value, what is allowed.
public final class InvalidSettingException extends IllegalArgumentException {

    public InvalidSettingException(Setting<?> setting, String value) {
        super("%s is '%s'; allowed: %s. It sets: %s".formatted(setting.name(), value, setting.allowed(),
                setting.meaning()));
    }
}
