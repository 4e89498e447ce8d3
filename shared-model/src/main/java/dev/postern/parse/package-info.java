/// What every parser of Postern returns: a value that is valid because it exists, or the reasons why there is none.
///
/// A caller can't forget to check, because the two outcomes are two types ([dev.postern.parse.Parsed]). What a parser
/// accepted although the sender got it wrong travels with the value as notes.
package dev.postern.parse;
