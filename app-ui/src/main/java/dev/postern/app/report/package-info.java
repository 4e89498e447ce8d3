/// Reports as senders sent them: the list, one report in full, and what could not be counted.
package dev.postern.app.report;
