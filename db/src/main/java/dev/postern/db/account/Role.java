package dev.postern.db.account;

/// What a person may do in an organisation.
public enum Role { OWNER, ADMIN, OPERATOR, REVIEWER, AUDITOR }
