package dev.postern.check;

/// What a check concluded. A timeout is no evidence: it is [#UNKNOWN], which is never a pass.
public enum Verdict { PASS, WARN, FAIL, UNKNOWN }
