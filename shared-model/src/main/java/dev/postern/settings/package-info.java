/// Reads `POSTERN_…` settings. Each module declares its own as [dev.postern.settings.Setting] constants in one class;
/// a wrong value stops the start with its name, its value and what is allowed.
package dev.postern.settings;
