/// The frame that every page stands in, and the components that pages share: badges, a record to copy, an empty state,
/// a chart with its table. Styles are in `META-INF/resources/styles/postern.css`.
package dev.postern.app.base;
