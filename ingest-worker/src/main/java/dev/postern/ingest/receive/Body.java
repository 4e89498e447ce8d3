package dev.postern.ingest.receive;

/// A body that was read whole. Closing it frees its share of [ReceiveMemory].
public final class Body implements AutoCloseable {

    private final byte[] bytes;
    private final ReceiveMemory memory;
    private int held;

    Body(byte[] bytes, ReceiveMemory memory, int held) {
        this.bytes = bytes;
        this.memory = memory;
        this.held = held;
    }

    /// Not copied.
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        memory.giveBack(held);
        held = 0;
    }
}
