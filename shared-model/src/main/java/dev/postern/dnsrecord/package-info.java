/// Writing a domain's DNS records for it: where they can be written, what stands at a name, and what may be changed
/// there. The rule of this package is that what somebody else published is kept, or left alone and told of.
package dev.postern.dnsrecord;
