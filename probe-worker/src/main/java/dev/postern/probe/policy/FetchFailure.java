package dev.postern.probe.policy;

import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.PolicyFetch.Fault;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Says in the terms of a check why a fetch failed.
final class FetchFailure {

    private static final int MAX_CAUSES = 20;
    private static final int MAX_DETAIL = 300;
    private static final Set<CertPathValidatorException.Reason> OUT_OF_DATE =
            Set.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID);

    private FetchFailure() {
    }

    static Failed of(IOException failure) {
        List<Throwable> causes = causes(failure);
        return new Failed(causes.stream().map(FetchFailure::fault).min(Enum::compareTo).map(Rank::fault)
                .orElse(Fault.NO_CONNECTION), detail(failure));
    }

    /// What each cause in a chain says, the most telling first: an expired certificate is also one without a valid
    /// path, and every failure of TLS is also one of the connection.
    private enum Rank {
        NAME(Fault.CERTIFICATE_NAME),
        EXPIRED(Fault.CERTIFICATE_EXPIRED),
        NOT_TRUSTED(Fault.CERTIFICATE_NOT_TRUSTED),
        TIMEOUT(Fault.TIMEOUT),
        TLS(Fault.TLS),
        CONNECTION(Fault.NO_CONNECTION);

        private final Fault fault;

        Rank(Fault fault) {
            this.fault = fault;
        }

        Fault fault() {
            return fault;
        }
    }

    private static Rank fault(Throwable cause) {
        return switch (cause) {
            case SSLPeerUnverifiedException _ -> Rank.NAME;
            case CertificateExpiredException _ -> Rank.EXPIRED;
            case CertificateNotYetValidException _ -> Rank.EXPIRED;
            case CertPathValidatorException invalid when OUT_OF_DATE.contains(invalid.getReason()) -> Rank.EXPIRED;
            case CertPathValidatorException _ -> Rank.NOT_TRUSTED;
            case CertPathBuilderException _ -> Rank.NOT_TRUSTED;
            case CertificateException _ -> Rank.NOT_TRUSTED;
            case SocketTimeoutException _ -> Rank.TIMEOUT;
            case SSLException _ -> Rank.TLS;
            default -> Rank.CONNECTION;
        };
    }

    private static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        for (Throwable cause = failure; cause != null && causes.size() < MAX_CAUSES; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    /// The message of a failure as one line without a full stop; it may repeat what the server sent.
    private static String detail(IOException failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
        String shortened = line.length() > MAX_DETAIL ? line.substring(0, MAX_DETAIL) : line;
        return shortened.endsWith(".") ? shortened.substring(0, shortened.length() - 1) : shortened;
    }
}
