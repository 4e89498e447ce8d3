/// What came to a report address and could not be counted: looked through, downloaded, and tried again once the reason is
/// mended. Its content is a stranger's and shown as text only.
package dev.postern.app.rejected;
