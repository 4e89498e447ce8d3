/// The timeline: what happened, newest first, live.
package dev.postern.app.timeline;
