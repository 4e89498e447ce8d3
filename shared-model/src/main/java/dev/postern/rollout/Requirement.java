package dev.postern.rollout;

/// One thing that a step needs, and what there is of it.
///
/// @param title what is needed, in a few words
/// @param have  what there is, in words a person can act on
/// @param met   whether that is enough
public record Requirement(String title, String have, boolean met) {
}
