package dev.postern.policyhost;

import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the policy host by itself, until the process is told to stop.
public final class PolicyHostMain {

    private static final String LOGGING = "logback.configurationFile";

    private PolicyHostMain() {
    }

    public static void main(String[] arguments) {
        // Here and not as logback.xml: another process that contains this module logs in its own way.
        System.setProperty(LOGGING, System.getProperty(LOGGING, "dev/postern/policyhost/logback.xml"));
        Logger log = LoggerFactory.getLogger(PolicyHostMain.class);
        try {
            PolicyHost host = PolicyHost.start(PolicyHostSettings.from(new Settings(System.getenv())));
            Runtime.getRuntime().addShutdownHook(new Thread(host::close, "stop-policy-host"));
            log.info("The policy host listens on port {}", host.port());
        } catch (InvalidSettingException | UncheckedIOException refused) {
            log.error("{}", refused.getMessage(), refused.getCause());
            System.exit(1);
        }
    }
}
