package dev.postern.stream;

/// Headers of a message on `tlsrpt.received` and `tlsrpt.rejected`; values are UTF-8.
public final class ReceiptHeaders {

    /// Random UUID given at receipt: the same receipt read twice is known by it.
    public static final String RECEIPT_ID = "receipt-id";
    /// `smtp`, `https` or `upload`.
    public static final String TRANSPORT = "transport";
    /// Address of who sent it, without port; for an upload, the person.
    public static final String PEER = "peer";
    /// ISO 8601 instant.
    public static final String RECEIVED_AT = "received-at";
    /// `message/rfc822` for mail, else the Content-Type as sent; empty when there was none.
    public static final String CONTENT_TYPE = "content-type";
    /// On `tlsrpt.rejected`: stable code of the reason.
    public static final String REASON_CODE = "reason-code";
    /// On `tlsrpt.rejected`: the reason in words.
    public static final String REASON = "reason";

    private ReceiptHeaders() {
    }
}
