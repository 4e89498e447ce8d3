package dev.postern.ingest.log;

import dev.postern.parse.Problem;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Something that can't be counted, with the reason.
public record RejectedMessage(ReceivedReport report, Problem reason) {

    ProducerRecord<String, byte[]> message() {
        ProducerRecord<String, byte[]> message = report.on(Topics.TLSRPT_REJECTED);
        ReceivedReport.add(message.headers(), ReceiptHeaders.REASON_CODE, reason.code());
        ReceivedReport.add(message.headers(), ReceiptHeaders.REASON, reason.toString());
        return message;
    }
}
