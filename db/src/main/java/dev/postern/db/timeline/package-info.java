/// What happened, as the timeline shows it.
package dev.postern.db.timeline;
