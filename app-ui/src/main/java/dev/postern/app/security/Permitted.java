package dev.postern.app.security;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasEnabled;
import com.vaadin.flow.component.shared.HasTooltip;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.db.account.Permission;

/// Disables what a person's role does not allow, and says why. What was disabled is refused behind the page as well: the
/// page only saves a person from finding out.
public final class Permitted {

    private Permitted() {
    }

    /// Call it after whatever else enables the component.
    ///
    /// @return the component
    public static <C extends Component & HasEnabled & HasTooltip> C only(C component, Actor actor,
                                                                         Permission permission) {
        if (!actor.may(permission)) {
            component.setEnabled(false);
            component.setTooltipText(NotPermitted.reason(actor.role(), permission));
        }
        return component;
    }
}
