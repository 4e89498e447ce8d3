package dev.postern.app.api;

import dev.postern.app.plan.PlanCalendar;
import dev.postern.app.plan.Plans;
import dev.postern.app.security.CurrentUser;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// The calendar file for people: a link on the page, in the session.
@RestController
class PlanDownloadController {

    private final CurrentUser currentUser;
    private final Plans plans;
    private final PlanCalendar calendar;
    private final Clock clock;

    PlanDownloadController(CurrentUser currentUser, Plans plans, PlanCalendar calendar, Clock clock) {
        this.currentUser = currentUser;
        this.plans = plans;
        this.calendar = calendar;
        this.clock = clock;
    }

    @GetMapping("/download/plans/{id}/calendar.ics")
    ResponseEntity<byte[]> calendar(@PathVariable UUID id) {
        return plans.find(currentUser.get().tenant(), id).map(view -> Downloads.attachment(view.domain().ascii()
                        + "-plan.ics", PlanController.CALENDAR, calendar.render(view, clock.instant())
                        .getBytes(StandardCharsets.UTF_8)))
                .orElseThrow(() -> ApiProblem.of(HttpStatus.NOT_FOUND, "There is no such plan in your organisation."));
    }
}
