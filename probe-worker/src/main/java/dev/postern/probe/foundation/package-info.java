/// Asks for the records of the layers below MTA-STS: SPF with all that it includes, DKIM, DMARC, BIMI.
package dev.postern.probe.foundation;
