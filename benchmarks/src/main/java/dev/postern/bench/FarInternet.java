package dev.postern.bench;

import dev.postern.testbed.SmallInternet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The small internet as a process: started with a number of domains, it prints the settings that lead to it, one a
/// line, and an empty line. Each line that it then reads is a distance in milliseconds, which it takes on and repeats.
/// It ends with its input.
public final class FarInternet {

    private FarInternet() {
    }

    public static void main(String[] words) throws IOException {
        int domains = Integer.parseInt(words[0]);
        try (var internet = SmallInternet.start();
             var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (int i = 0; i < domains; i++) {
                internet.domain(name(i));
            }
            internet.environment().forEach((setting, value) -> System.out.println(setting + "=" + value));
            System.out.println();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                var distance = Duration.ofMillis(Long.parseLong(line));
                internet.dns().delay(distance);
                internet.sharedMx().delay(distance);
                internet.edge().delay(distance);
                System.out.println(line);
            }
        }
    }

    static String name(int number) {
        return "domain" + number + ".test";
    }
}
