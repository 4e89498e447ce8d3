/// A domain as Postern keeps it, and what its owner has to publish: the exact DNS records and the policy file.
package dev.postern.setup;
