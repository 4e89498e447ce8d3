package dev.postern.testbed;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsExtensionsUtils;

/// The first record of a TLS connection, read ahead of the handshake: a server decides by the name in it which
/// certificate to show, which versions to speak, and whether to go on at all.
///
/// @param bytes      the record as it arrived
/// @param serverName the name asked for (RFC 6066 §3), in lower case; empty when there is none, or no ClientHello that
///                   stands whole in one record
record ClientHelloRecord(byte[] bytes, Optional<String> serverName) {

    private static final int HEADER = 5;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER = 4;

    /// @throws EOFException when the client closes before a whole record has come
    static ClientHelloRecord read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length < HEADER) {
            throw new EOFException("the client closed before its ClientHello");
        }
        int length = header[0] == HANDSHAKE ? (header[3] & 0xff) << 8 | header[4] & 0xff : 0;
        byte[] body = in.readNBytes(length);
        var whole = new ByteArrayOutputStream();
        whole.write(header);
        whole.write(body);
        return new ClientHelloRecord(whole.toByteArray(), serverName(body));
    }

    /// The stream as if nothing had been read from it.
    InputStream followedBy(InputStream rest) {
        return new SequenceInputStream(new ByteArrayInputStream(bytes), rest);
    }

    private static Optional<String> serverName(byte[] message) throws IOException {
        if (message.length < MESSAGE_HEADER || message[0] != CLIENT_HELLO) {
            return Optional.empty();
        }
        int length = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | message[3] & 0xff;
        if (length > message.length - MESSAGE_HEADER) {
            return Optional.empty();
        }
        var hello = ClientHello.parse(new ByteArrayInputStream(
                Arrays.copyOfRange(message, MESSAGE_HEADER, MESSAGE_HEADER + length)), null);
        var names = hello.getExtensions() == null ? null
                : TlsExtensionsUtils.getServerNameExtensionClient(hello.getExtensions());
        if (names == null) {
            return Optional.empty();
        }
        for (Object each : names) {
            if (each instanceof ServerName name && name.getNameType() == NameType.host_name) {
                return Optional.of(new String(name.getNameData(), StandardCharsets.US_ASCII)
                        .toLowerCase(Locale.ROOT));
            }
        }
        return Optional.empty();
    }
}
