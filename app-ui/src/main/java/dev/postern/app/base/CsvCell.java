package dev.postern.app.base;

import java.util.regex.Pattern;

/// A cell of a table for spreadsheets (RFC 4180), of which no spreadsheet makes a formula.
public final class CsvCell {

    /// What spreadsheets take for the start of a formula. Names and reasons are strangers' words.
    private static final Pattern FORMULA = Pattern.compile("^\\s*[=+\\-@\\t\\r|%].*", Pattern.DOTALL);

    private CsvCell() {
    }

    public static String of(String text) {
        String safe = FORMULA.matcher(text).matches() ? "'" + text : text;
        return "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
