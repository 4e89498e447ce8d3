package dev.postern.app.base;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.applayout.AppLayout;
import com.vaadin.flow.component.applayout.DrawerToggle;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Image;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.menubar.MenuBar;
import com.vaadin.flow.component.menubar.MenuBarVariant;
import com.vaadin.flow.component.page.ColorScheme;
import com.vaadin.flow.component.sidenav.SideNav;
import com.vaadin.flow.component.sidenav.SideNavItem;
import com.vaadin.flow.router.RouterLink;
import com.vaadin.flow.spring.security.AuthenticationContext;
import dev.postern.app.account.SettingsView;
import dev.postern.app.bulk.DomainsView;
import dev.postern.app.mxhost.MxHostsView;
import dev.postern.app.overview.OverviewView;
import dev.postern.app.report.ReportsView;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.PosternUser;
import dev.postern.app.timeline.TimelineView;
import jakarta.annotation.security.PermitAll;

/// The frame of every page behind sign-in: navigation, and who is signed in.
@PermitAll
public class MainLayout extends AppLayout {

    public MainLayout(CurrentUser currentUser, AuthenticationContext authentication) {
        PosternUser user = currentUser.get();
        setPrimarySection(Section.DRAWER);
        addClassName("postern-layout");

        var toggle = new DrawerToggle();
        toggle.setAriaLabel("Navigation");
        var bar = new Div(toggle, brand());
        bar.addClassName("phone-bar");
        addToNavbar(true, bar);

        var drawer = new Div(brand(), organisation(user), navigation(), person(user, authentication));
        drawer.addClassName("drawer");
        addToDrawer(drawer);
    }

    private static Component brand() {
        var link = new RouterLink(OverviewView.class);
        link.addClassName("brand");
        link.add(new Image("icons/postern.svg", ""), new Span("Postern"));
        return link;
    }

    private static Component organisation(PosternUser user) {
        var name = new Div(user.organisation());
        name.addClassName("organisation");
        return name;
    }

    private static SideNav navigation() {
        var domains = new SideNavItem("Domains", DomainsView.class, VaadinIcon.GLOBE.create());
        domains.setMatchNested(true);
        var mxHosts = new SideNavItem("MX hosts", MxHostsView.class, VaadinIcon.SERVER.create());
        mxHosts.setMatchNested(true);
        var settings = new SideNavItem("Settings", SettingsView.class, VaadinIcon.COG_O.create());
        settings.setMatchNested(true);
        var navigation = new SideNav();
        navigation.addItem(
                new SideNavItem("Overview", OverviewView.class, VaadinIcon.DASHBOARD.create()),
                domains,
                mxHosts,
                new SideNavItem("Timeline", TimelineView.class, VaadinIcon.TIME_BACKWARD.create()),
                new SideNavItem("Reports", ReportsView.class, VaadinIcon.ENVELOPES_O.create()),
                settings);
        navigation.getElement().setAttribute("aria-label", "Main");
        return navigation;
    }

    private static Component person(PosternUser user, AuthenticationContext authentication) {
        var menu = new MenuBar();
        menu.addThemeVariants(MenuBarVariant.LUMO_TERTIARY);
        menu.addClassName("person");
        var root = menu.addItem(user.getUsername());
        root.getElement().setAttribute("aria-label", "Signed in as " + user.getUsername());
        var look = root.getSubMenu().addItem("Appearance").getSubMenu();
        look.addItem("As the system", _ -> appearance(ColorScheme.Value.LIGHT_DARK));
        look.addItem("Light", _ -> appearance(ColorScheme.Value.LIGHT));
        look.addItem("Dark", _ -> appearance(ColorScheme.Value.DARK));
        root.getSubMenu().addItem("Sign out", _ -> authentication.logout());
        return menu;
    }

    private static void appearance(ColorScheme.Value scheme) {
        com.vaadin.flow.component.UI.getCurrent().getPage().setColorScheme(scheme);
    }

    /// A button that only shows an icon, with its name for those who can't see it.
    public static Button iconButton(VaadinIcon icon, String name) {
        var button = new Button(icon.create());
        button.addThemeVariants(ButtonVariant.LUMO_TERTIARY, ButtonVariant.LUMO_ICON);
        button.setAriaLabel(name);
        button.setTooltipText(name);
        return button;
    }
}
