package dev.postern.db.imports;

import java.util.UUID;

/// An item of an import of which something was not counted.
///
/// @param receipt     what could not be read is kept under this id
/// @param name        how it is called in what was imported
/// @param code        stable name of the reason
/// @param reason      in words
/// @param wrong       reports in it that could not be read, or are about none of the organisation's domains
/// @param conflicting reports in it whose name was taken by other content
public record ProblemItem(UUID receipt, String name, String code, String reason, int wrong, int conflicting) {
}
