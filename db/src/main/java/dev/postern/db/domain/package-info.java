/// Mail domains and the versions of their policies, and the MX hosts that are registered beside them.
package dev.postern.db.domain;
