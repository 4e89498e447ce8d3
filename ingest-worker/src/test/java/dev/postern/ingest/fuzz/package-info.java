/// Coverage-guided fuzzing (Jazzer) of whatever reads a stranger's bytes.
///
/// A target is a class with a static `fuzzerTestOneInput(byte[])` that throws where an invariant does not hold. Its
/// inputs are in `src/test/resources/fuzz/<target>`: seeds, and whatever once broke it. [dev.postern.ingest.fuzz.FuzzTest]
/// replays them in every test run, and then lets Jazzer look for more for a while.
package dev.postern.ingest.fuzz;
