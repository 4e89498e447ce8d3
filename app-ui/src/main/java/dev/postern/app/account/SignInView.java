package dev.postern.app.account;

import dev.postern.app.check.PublicCheckView;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Image;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.login.LoginForm;
import com.vaadin.flow.component.login.LoginI18n;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import com.vaadin.flow.server.auth.AnonymousAllowed;

/// Sign-in by e-mail address and password.
@Route(value = "sign-in", autoLayout = false)
@PageTitle("Sign in · Postern")
@AnonymousAllowed
public class SignInView extends Main implements BeforeEnterObserver {

    private final LoginForm form = new LoginForm();

    public SignInView() {
        addClassName("entrance");
        form.setAction("sign-in");
        form.setForgotPasswordButtonVisible(false);
        form.setI18n(words());
        var toSignUp = new Paragraph(new Span("New here? "), new RouterLink("Create an organisation", SignUpView.class));
        var toCheck = new Paragraph(new RouterLink("Check any domain without signing in", PublicCheckView.class));
        add(card("Sign in", "Mail that can't be read on its way, without mail that bounces.", form, toSignUp, toCheck));
    }

    /// The card that sign-in and sign-up share.
    static Div card(String title, String text, com.vaadin.flow.component.Component... content) {
        var logo = new Image("icons/postern.svg", "");
        var name = new Span("Postern");
        name.addClassName("brand-name");
        var brand = new Div(logo, name);
        brand.addClassName("brand");
        var card = new Div(brand, new H1(title), new Paragraph(text));
        card.addClassName("entrance-card");
        card.add(content);
        return card;
    }

    private static LoginI18n words() {
        var words = LoginI18n.createDefault();
        words.getForm().setTitle("");
        words.getForm().setUsername("E-mail");
        words.getForm().setPassword("Password");
        words.getForm().setSubmit("Sign in");
        words.getErrorMessage().setTitle("That did not work");
        words.getErrorMessage().setMessage("E-mail and password do not fit together. Check both and try again.");
        words.getErrorMessage().setUsername("Enter your e-mail address");
        words.getErrorMessage().setPassword("Enter your password");
        return words;
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        form.setError(event.getLocation().getQueryParameters().getParameters().containsKey("error"));
    }
}
