/// People, organisations, who belongs where, and API tokens.
package dev.postern.db.account;
