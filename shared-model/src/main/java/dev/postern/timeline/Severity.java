package dev.postern.timeline;

/// How much an event wants a person.
public enum Severity { INFO, GOOD, WARNING, PROBLEM }
