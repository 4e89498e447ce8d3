package dev.postern.db.domain;

/// How a table of domains is sorted; equals stand by name.
public record DomainOrder(By by, boolean descending) {

    public static final DomainOrder USUAL = new DomainOrder(By.NAME, false);

    /// A column that the database can sort by.
    public enum By {
        NAME, PHASE, SINCE, FAILURES, MAX_AGE, CERTIFICATE, PROBE
    }
}
