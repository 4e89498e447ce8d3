package dev.postern.bench.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.InputStream;

/// The bytes of one report of any size, made while they are read.
final class LargeReport extends InputStream {

    /// What makes it large.
    enum Filling {
        /// Failure details, as a sender might list them: they have to be kept, so their number is limited.
        FAILURES(("{\"result-type\":\"certificate-expired\",\"sending-mta-ip\":\"192.0.2.1\",\"receiving-mx-hostname\":"
                + "\"mx.example.test\",\"failed-session-count\":1},")),
        /// Values under names that RFC 8460 does not know: they are passed over.
        UNKNOWN("{\"remark\":\"nothing that the standard knows\",\"numbers\":[1,2,3]},");

        private final byte[] unit;

        Filling(String unit) {
            this.unit = unit.getBytes(US_ASCII);
        }

        private byte[] head() {
            String policy = "{\"policy\":{\"policy-type\":\"sts\",\"policy-string\":[],\"policy-domain\":\"example.test\"},"
                    + "\"summary\":{\"total-successful-session-count\":1,\"total-failure-session-count\":9000000}";
            String head = "{\"organization-name\":\"Large\",\"date-range\":{\"start-datetime\":\"2026-11-01T00:00:00Z\","
                    + "\"end-datetime\":\"2026-11-01T23:59:59Z\"},\"report-id\":\"large\",";
            return (switch (this) {
                case FAILURES -> head + "\"policies\":[" + policy + ",\"failure-details\":[";
                case UNKNOWN -> head + "\"policies\":[" + policy + "}],\"remarks\":[";
            }).getBytes(US_ASCII);
        }

        private byte[] tail() {
            return (switch (this) {
                case FAILURES -> "{\"result-type\":\"certificate-expired\",\"failed-session-count\":1}]}]}";
                case UNKNOWN -> "0]}";
            }).getBytes(US_ASCII);
        }
    }

    private final byte[] unit;
    private final byte[] tail;
    private byte[] now;
    private int at;
    private long unitsLeft;
    private boolean ending;
    private long given;

    /// @param bytes at least; the last unit is whole
    LargeReport(Filling filling, long bytes) {
        unit = filling.unit;
        tail = filling.tail();
        now = filling.head();
        unitsLeft = (bytes + unit.length - 1) / unit.length;
    }

    /// How much of it has been read.
    long given() {
        return given;
    }

    @Override
    public int read() {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        int count = 0;
        while (count < length && hasMore()) {
            int some = Math.min(length - count, now.length - at);
            System.arraycopy(now, at, into, offset + count, some);
            at += some;
            count += some;
        }
        given += count;
        return count == 0 && length > 0 ? -1 : count;
    }

    private boolean hasMore() {
        if (at < now.length) {
            return true;
        }
        if (ending) {
            return false;
        }
        at = 0;
        if (unitsLeft > 0) {
            unitsLeft--;
            now = unit;
        } else {
            now = tail;
            ending = true;
        }
        return true;
    }
}
