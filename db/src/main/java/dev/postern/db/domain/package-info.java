/// Mail domains and the versions of their policies.
package dev.postern.db.domain;
