/// What happened to a domain, as events that people read and audits rest on. An event never changes once stored.
package dev.postern.timeline;
