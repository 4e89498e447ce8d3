/// The first page: all domains, how far each is, and what reports said lately.
package dev.postern.app.overview;
