/// How fast Postern's parts are, each measured by one command.
///
/// A number of domains per second says little by itself: on a machine with few cores it tells of the cores. So a run is
/// set against what the distance to the servers allows at best, and against a run ten times as large, which must not
/// cost more for each domain nor keep more memory. The servers are those of [dev.postern.testbed], in a process of
/// their own, so that their share of the processor is told apart.
///
/// [dev.postern.bench.ProbeBench] is where it starts; [dev.postern.bench.Harness] does the measuring.
package dev.postern.bench;
