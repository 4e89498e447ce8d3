package dev.postern.app.mailbox;

import dev.postern.mailbox.ConnectionSecurity;
import java.util.Optional;

/// Where many people have their mail, with what is known of it: nobody should have to look up a port.
enum Provider {
    OTHER("Another server", "", "Ask whoever runs it for the name of the IMAP server. The password is the mailbox's, or an "
            + "app password where sign-in has a second factor."),
    GMAIL("Gmail or Google Workspace", "imap.gmail.com", "Google wants an app password: switch on 2-Step Verification, then "
            + "make one at myaccount.google.com/apppasswords. Its 16 letters are the password here."),
    MICROSOFT("Microsoft 365 or Outlook.com", "outlook.office365.com", "Microsoft lets no program sign in with a password "
            + "over IMAP any more. Have a rule forward the reports to your domain's report address, or use another mailbox."),
    ICLOUD("iCloud Mail", "imap.mail.me.com", "Apple wants an app-specific password: make one at account.apple.com under "
            + "Sign-In and Security. The user name is the part before the @."),
    FASTMAIL("Fastmail", "imap.fastmail.com", "Fastmail wants an app password: make one under Settings, Privacy & Security, "
            + "with access to IMAP."),
    YAHOO("Yahoo Mail", "imap.mail.yahoo.com", "Yahoo wants an app password: make one under Account Security."),
    GMX("GMX", "imap.gmx.net", "Switch on IMAP first, in the settings under POP3 & IMAP. With two-factor sign-in, make an "
            + "app password."),
    MAILBOX_ORG("mailbox.org", "imap.mailbox.org", "The mailbox's password, or an app password where you use a second factor."),
    ZOHO("Zoho Mail", "imap.zoho.com", "Switch on IMAP under Settings, Mail Accounts. With two-factor sign-in, make an "
            + "application-specific password.");

    private final String title;
    private final String host;
    private final String help;

    Provider(String title, String host, String help) {
        this.title = title;
        this.host = host;
        this.help = help;
    }

    String title() {
        return title;
    }

    /// Its IMAP server, at 993 with TLS from the start.
    Optional<String> host() {
        return host.isEmpty() ? Optional.empty() : Optional.of(host);
    }

    ConnectionSecurity security() {
        return ConnectionSecurity.IMPLICIT_TLS;
    }

    /// Which password it wants and where that is made.
    String help() {
        return help;
    }

    static Provider of(String host) {
        for (Provider each : values()) {
            if (each.host.equals(host) && each != OTHER) {
                return each;
            }
        }
        return OTHER;
    }
}
