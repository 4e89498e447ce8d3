package dev.postern.ingest.receive;

import java.util.concurrent.Semaphore;

/// How many bytes of bodies this process holds at a time, over all connections.
///
/// Without it, a thousand connections that each send nearly the largest body would need 20 GB.
public final class ReceiveMemory {

    private final Semaphore bytes;

    /// @param bytes at a time
    public ReceiveMemory(int bytes) {
        this.bytes = new Semaphore(bytes);
    }

    /// @return false when there is no room now
    boolean take(int amount) {
        return bytes.tryAcquire(amount);
    }

    void giveBack(int amount) {
        bytes.release(amount);
    }

    /// Bytes that are free now.
    public int free() {
        return bytes.availablePermits();
    }
}
