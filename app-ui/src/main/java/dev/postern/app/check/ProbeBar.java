package dev.postern.app.check;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.progressbar.ProgressBar;
import com.vaadin.flow.shared.Registration;
import dev.postern.app.live.LiveEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// How far a look is that somebody waits for, all vantage points together. It hears by itself while it is on a page.
public final class ProbeBar extends Div {

    private final Function<Consumer<LiveEvent>, Registration> subscribe;
    private final String domain;
    private final Runnable over;
    private final ProgressBar bar = new ProgressBar();
    private final Span words = new Span();
    private final Map<String, LiveEvent.Progress> byVantage = new LinkedHashMap<>();
    private Optional<Registration> registration = Optional.empty();

    /// @param subscribe to the news in which progress comes
    /// @param domain    in A-labels; progress of others is left out
    /// @param over      runs with the UI locked once the result can be read
    public ProbeBar(Function<Consumer<LiveEvent>, Registration> subscribe, String domain, Runnable over) {
        this.subscribe = subscribe;
        this.domain = domain;
        this.over = over;
        addClassName("probe-bar");
        bar.getElement().setAttribute("aria-label", "How far the check is");
        words.addClassName("secondary");
        words.getElement().setAttribute("role", "status");
        add(bar, words);
        setVisible(false);
    }

    /// Shows that a look was asked for, unless one is shown already.
    public void expect() {
        if (isVisible()) {
            return;
        }
        byVantage.clear();
        bar.setIndeterminate(true);
        words.setText("Waiting for the first answer…");
        setVisible(true);
    }

    /// Nothing is waited for any more.
    public void end() {
        byVantage.clear();
        setVisible(false);
    }

    @Override
    protected void onAttach(AttachEvent attached) {
        super.onAttach(attached);
        UI ui = attached.getUI();
        registration = Optional.of(subscribe.apply(event -> {
            if (event instanceof LiveEvent.Progress progress && progress.domain().equals(domain) && ui.isAttached()) {
                ui.access(() -> show(progress));
            }
        }));
    }

    @Override
    protected void onDetach(DetachEvent detached) {
        registration.ifPresent(Registration::remove);
        registration = Optional.empty();
        super.onDetach(detached);
    }

    private void show(LiveEvent.Progress progress) {
        byVantage.put(progress.vantage(), progress);
        if (progress.over()) {
            // What one place saw can be read although another still looks.
            over.run();
        }
        if (byVantage.values().stream().allMatch(LiveEvent.Progress::over)) {
            end();
            return;
        }
        bar.setIndeterminate(false);
        bar.setValue(Math.clamp(byVantage.values().stream().mapToDouble(ProbeBar::share).average().orElse(0), 0, 1));
        words.setText(progress.over() ? "Seen from " + progress.vantage() + "; others still look"
                : "Looked at: " + progress.step() + " (" + progress.finished() + " of " + progress.total() + ")"
                + (byVantage.size() > 1 ? ", from " + progress.vantage() : ""));
        setVisible(true);
    }

    private static double share(LiveEvent.Progress progress) {
        if (progress.over()) {
            return 1;
        }
        return progress.total() <= 0 ? 0 : (double) progress.finished() / progress.total();
    }
}
