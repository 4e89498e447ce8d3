package dev.postern.app.base;

import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.page.AppShellConfigurator;
import com.vaadin.flow.component.page.ColorScheme;
import com.vaadin.flow.component.page.Inline;
import com.vaadin.flow.component.page.Push;
import com.vaadin.flow.server.AppShellSettings;
import com.vaadin.flow.theme.aura.Aura;

/// What every page's HTML begins with.
@Push
@ColorScheme(ColorScheme.Value.LIGHT_DARK)
@StyleSheet(Aura.STYLESHEET)
@StyleSheet("styles/postern.css")
public class AppShell implements AppShellConfigurator {

    /// A disabled button keeps focus and tooltip, so that people can find out why it is disabled. Vaadin has it behind a flag.
    private static final String DISABLED_BUTTONS_EXPLAIN = "window.Vaadin = window.Vaadin || {};"
            + "window.Vaadin.featureFlags = window.Vaadin.featureFlags || {};"
            + "window.Vaadin.featureFlags.accessibleDisabledButtons = true;";

    @Override
    public void configurePage(AppShellSettings settings) {
        settings.addInlineWithContents(Inline.Position.PREPEND, DISABLED_BUTTONS_EXPLAIN, Inline.Wrapping.JAVASCRIPT);
        settings.addFavIcon("icon", "icons/postern.svg", "any");
        settings.addMetaTag("description", "MTA-STS and TLS-RPT without bounced mail");
        settings.setViewport("width=device-width, initial-scale=1");
    }
}
