package dev.postern.tlsrpt;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes reports in the form of RFC 8460 §4.4.
public final class TlsReportWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private TlsReportWriter() {
    }

    public static byte[] toJson(TlsReport report) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!report.organizationName().isEmpty()) {
                json.writeStringProperty("organization-name", report.organizationName());
            }
            json.writeObjectPropertyStart("date-range");
            json.writeStringProperty("start-datetime", date(report.start()));
            json.writeStringProperty("end-datetime", date(report.end()));
            json.writeEndObject();
            text(json, "contact-info", report.contactInfo());
            json.writeStringProperty("report-id", report.reportId());
            json.writeArrayPropertyStart("policies");
            report.policies().forEach(policy -> write(json, policy));
            json.writeEndArray();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, PolicyReport report) {
        json.writeStartObject();
        json.writeObjectPropertyStart("policy");
        json.writeStringProperty("policy-type", report.typeAsSent());
        texts(json, "policy-string", report.policyStrings());
        text(json, "policy-domain", report.policyDomain());
        texts(json, "mx-host", report.mxHosts());
        json.writeEndObject();
        json.writeObjectPropertyStart("summary");
        count(json, "total-successful-session-count", report.successful());
        count(json, "total-failure-session-count", report.failed());
        json.writeEndObject();
        if (!report.failures().isEmpty()) {
            json.writeArrayPropertyStart("failure-details");
            report.failures().forEach(failure -> write(json, failure));
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, FailureDetail failure) {
        json.writeStartObject();
        json.writeStringProperty("result-type", failure.typeAsSent());
        text(json, "sending-mta-ip", failure.sendingMtaIp());
        text(json, "receiving-mx-hostname", failure.receivingMxHostname());
        text(json, "receiving-mx-helo", failure.receivingMxHelo());
        text(json, "receiving-ip", failure.receivingIp());
        count(json, "failed-session-count", failure.failedSessions());
        text(json, "additional-information", failure.additionalInformation());
        text(json, "failure-reason-code", failure.failureReasonCode());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, Optional<String> text) {
        text.ifPresent(value -> json.writeStringProperty(name, value));
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            json.writeArrayPropertyStart(name);
            texts.forEach(json::writeString);
            json.writeEndArray();
        }
    }

    private static void count(JsonGenerator json, String name, OptionalLong count) {
        count.ifPresent(value -> json.writeNumberProperty(name, value));
    }

    private static String date(Instant instant) {
        return instant.toString();
    }
}
