/// The REST API under `/api/v1`: what the pages can do, for programs. OpenAPI stands at `/api/v1/openapi.json`.
///
/// A record beside its controller is the JSON form of what that controller sends; the model's own record is sent where
/// it is fit to be. Every error is a problem detail (RFC 9457).
package dev.postern.app.api;
