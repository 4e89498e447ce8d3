/// Signing up and in, and an organisation's settings.
package dev.postern.app.account;
