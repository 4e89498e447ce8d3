/// Who is there: sign-up, sign-in, API tokens, and what of the web is open to whom.
///
/// People come with a session ([dev.postern.app.security.PosternUser]), programs with a bearer token
/// ([dev.postern.app.security.ApiTokenAuthentication]). Both end in a tenant; what that tenant may see is PostgreSQL's
/// row-level security to decide, not the web's.
package dev.postern.app.security;
