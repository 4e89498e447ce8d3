/// A small internet on loopback, for tests and the demo: authoritative DNS, a certificate authority, a TLS edge that
/// stands where port 443 would, and a web server. Each is started in one line on a port of its own choosing, edited
/// while it runs, and made to fail in one named way by one call.
///
/// ```java
/// try (var dns = AuthoritativeDns.start(); var web = WebServer.start()) {
///     var ca = CertificateAuthority.create();
///     try (var edge = TlsEdge.start(ca, web.port())) {
///         dns.a("mta-sts.example.test", "127.0.0.1").servfail("_mta-sts.example.test");
///         web.serve("version: STSv1\n...").endlessBody();
///         edge.present("mta-sts.example.test", ca.expired("mta-sts.example.test"));
///     }
/// }
/// ```
package dev.postern.testbed;
