/// Names in the DNS: mail domains that people enter, and hosts that MX records name. Both are kept as A-labels.
package dev.postern.name;
