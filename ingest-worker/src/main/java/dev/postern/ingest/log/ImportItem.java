package dev.postern.ingest.log;

import java.util.UUID;

/// That something is an item of an import, for which what becomes of it is noted.
///
/// @param name how it is called in what was imported
public record ImportItem(UUID importId, String name) {
}
