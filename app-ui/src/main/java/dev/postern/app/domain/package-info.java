/// Domains: what people do with them, and the pages on which they do it.
package dev.postern.app.domain;
