/// The web pages, the REST API, and how a process of them is put together. [dev.postern.app.AppUi] starts one;
/// [dev.postern.app.AppUiConfiguration] lists its parts.
package dev.postern.app;
