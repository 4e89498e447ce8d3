package dev.postern.app.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCellTest {

    @Test
    void quotesAreDoubled() {
        assertThat(CsvCell.of("a \"b\", c")).isEqualTo("\"a \"\"b\"\", c\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r=1"})
    void whatASpreadsheetWouldReckonIsText(String hostile) {
        assertThat(CsvCell.of(hostile)).startsWith("\"'").contains(hostile);
    }
}
