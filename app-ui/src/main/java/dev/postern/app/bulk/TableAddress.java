package dev.postern.app.bulk;

import com.vaadin.flow.router.QueryParameters;
import dev.postern.db.domain.DomainFilter;
import dev.postern.db.domain.DomainFilter.Attention;
import dev.postern.db.domain.DomainOrder;
import dev.postern.rollout.Phase;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;

/// What the table shows, as it stands in the address: so that it can be shared, and gone back to. What is not understood
/// there is left out.
///
/// @param typed what is looked for, as a person typed it
record TableAddress(Optional<Phase> phase, String typed, Optional<Attention> attention, DomainOrder order) {

    private static final int LONGEST = 253;

    static TableAddress of(QueryParameters parameters) {
        String typed = parameters.getSingleParameter("q").orElse("");
        return new TableAddress(one(Phase.class, parameters.getSingleParameter("phase")),
                typed.substring(0, Math.min(LONGEST, typed.length())),
                one(Attention.class, parameters.getSingleParameter("show")),
                new DomainOrder(one(DomainOrder.By.class, parameters.getSingleParameter("sort"))
                        .orElse(DomainOrder.USUAL.by()), parameters.getSingleParameter("down").isPresent()));
    }

    private static <E extends Enum<E>> Optional<E> one(Class<E> type, Optional<String> word) {
        return word.flatMap(text -> Arrays.stream(type.getEnumConstants()).filter(each -> word(each).equals(text)).findFirst());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    DomainFilter filter() {
        return new DomainFilter(phase, DomainTable.text(typed), attention);
    }

    TableAddress in(Optional<Phase> other) {
        return new TableAddress(other, typed, attention, order);
    }

    TableAddress typed(String other) {
        return new TableAddress(phase, other, attention, order);
    }

    TableAddress showing(Optional<Attention> other) {
        return new TableAddress(phase, typed, other, order);
    }

    TableAddress sorted(DomainOrder other) {
        return new TableAddress(phase, typed, attention, other);
    }

    QueryParameters parameters() {
        var parameters = new LinkedHashMap<String, String>();
        phase.ifPresent(value -> parameters.put("phase", word(value)));
        if (!typed.isBlank()) {
            parameters.put("q", typed);
        }
        attention.ifPresent(value -> parameters.put("show", word(value)));
        if (!order.equals(DomainOrder.USUAL)) {
            parameters.put("sort", word(order.by()));
        }
        if (order.descending()) {
            parameters.put("down", "1");
        }
        return QueryParameters.simple(parameters);
    }
}
