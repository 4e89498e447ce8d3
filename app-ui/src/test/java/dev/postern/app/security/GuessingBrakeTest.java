package dev.postern.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// When guessing has to wait, and that nobody else does.
class GuessingBrakeTest {

    private final AtomicLong nanos = new AtomicLong();
    private final GuessingBrake brake = new GuessingBrake(new com.google.common.base.Ticker() {
        @Override
        public long read() {
            return nanos.get();
        }
    });

    @Test
    void blocksOneAddressForOneAccountForAWhile() {
        for (int i = 0; i < GuessingBrake.FAILURES; i++) {
            assertThat(brake.blocks("a@b.example", "192.0.2.1")).isFalse();
            brake.failed("A@B.example ", "192.0.2.1");
        }
        assertThat(brake.blocks("a@b.example", "192.0.2.1")).isTrue();
        assertThat(brake.blocks("a@b.example", "192.0.2.2")).isFalse();
        assertThat(brake.blocks("c@b.example", "192.0.2.1")).isFalse();

        nanos.addAndGet(GuessingBrake.WINDOW.toNanos() + 1);
        assertThat(brake.blocks("a@b.example", "192.0.2.1")).isFalse();
    }

    @Test
    void forgetsFailuresAfterASuccess() {
        for (int i = 0; i < GuessingBrake.FAILURES - 1; i++) {
            brake.failed("a@b.example", "192.0.2.1");
        }
        brake.succeeded("a@b.example", "192.0.2.1");
        brake.failed("a@b.example", "192.0.2.1");

        assertThat(brake.blocks("a@b.example", "192.0.2.1")).isFalse();
    }
}
