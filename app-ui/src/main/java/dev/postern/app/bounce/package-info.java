/// "Explain a bounce": a pasted non-delivery report, what it means, and what Postern knows of the domain and MX that it names.
package dev.postern.app.bounce;
