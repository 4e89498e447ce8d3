/// A small world in which the rules of the rollout are tried: a domain whose mail servers break and move, resolvers that
/// cache, senders that keep to RFC 8461 in every way it allows, an operator, and Postern, which may die between any two
/// writes. Time is simulated and everything follows from a seed.
///
/// The rules are the real ones; [dev.postern.rollout.world.Rules] is where a test puts broken ones in their place.
package dev.postern.rollout.world;
