package dev.postern.app.check;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Header;
import com.vaadin.flow.component.html.Image;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Nav;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.account.SignInView;
import dev.postern.app.account.SignUpView;

/// The frame of pages that anybody may read.
abstract class PublicPage extends Div {

    private final Main main = new Main();

    PublicPage() {
        addClassName("public-page");
        var brand = new RouterLink(PublicCheckView.class);
        brand.addClassName("brand");
        brand.add(new Image("icons/postern.svg", ""), new Span("Postern"));
        var links = new Nav(new RouterLink("Check a domain", PublicCheckView.class),
                new RouterLink("What is checked", ChecksHelpView.class), new RouterLink("Sign in", SignInView.class),
                new RouterLink("Create an organisation", SignUpView.class));
        links.getElement().setAttribute("aria-label", "Postern");
        var top = new Header(brand, links);
        top.addClassName("public-top");
        main.addClassName("page");
        add(top, main);
    }

    void show(Component... content) {
        main.removeAll();
        main.add(content);
    }
}
