package dev.postern.stream;

/// Headers of a message on `tlsrpt.received` and `tlsrpt.rejected`; values are UTF-8.
public final class ReceiptHeaders {

    /// Random UUID given at receipt: the same receipt read twice is known by it.
    public static final String RECEIPT_ID = "receipt-id";
    /// `smtp`, `https`, `imap` or `upload`.
    public static final String TRANSPORT = "transport";
    /// Address of who sent it, without port; for an upload, the person.
    public static final String PEER = "peer";
    /// ISO 8601 instant.
    public static final String RECEIVED_AT = "received-at";
    /// `message/rfc822` for mail, else the Content-Type as sent; empty when there was none.
    public static final String CONTENT_TYPE = "content-type";
    /// UUID of the organisation, where a message came to none of its report addresses but to itself, as from an import or
    /// a mailbox: the report's own policy domains say which of its domains are meant.
    public static final String TENANT = "tenant";
    /// UUID of the import that a message is an item of; what becomes of it is noted for that import.
    public static final String IMPORT_ID = "import-id";
    /// How the item is called in what was imported, for people.
    public static final String ITEM_NAME = "item-name";
    /// Present on what was rejected before and is tried again, with the receipt that it was rejected under. Its value
    /// says who wanted that.
    public static final String REPLAY = "replay";
    /// On `tlsrpt.rejected`: stable code of the reason.
    public static final String REASON_CODE = "reason-code";
    /// On `tlsrpt.rejected`: the reason in words.
    public static final String REASON = "reason";

    private ReceiptHeaders() {
    }
}
