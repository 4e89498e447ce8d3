package dev.postern.bench.ingest;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;

/// What the threads of an [Installation] work on, told by their names.
final class ThreadGroups {

    static final String RECORDER = "recorder";
    /// Virtual threads: HTTP and SMTP sessions, and the verifying of signatures.
    static final String VIRTUAL = "sessions and signatures";
    static final String RECEIVERS = "receivers' network";
    static final String BROKER = "Kafka broker";

    private ThreadGroups() {
    }

    /// Nanoseconds of each group so far, of threads that live.
    static Map<String, Long> cpu() {
        var threads = ManagementFactory.getThreadMXBean();
        var sums = new TreeMap<String, Long>();
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null) {
                sums.merge(of(info.getThreadName()), Math.max(0, threads.getThreadCpuTime(info.getThreadId())), Long::sum);
            }
        }
        return sums;
    }

    static String of(String thread) {
        if (thread.startsWith("ingest-recorder")) {
            return RECORDER;
        }
        if (thread.startsWith("dkim-") || thread.startsWith("smtp-") || thread.startsWith("report-http-v")
                || thread.isEmpty() || thread.startsWith("ForkJoinPool")) {
            return VIRTUAL;
        }
        if (thread.startsWith("kafka-producer") || thread.startsWith("report-http")
                || thread.startsWith("org.subethamail")) {
            return RECEIVERS;
        }
        return BROKER;
    }
}
