package dev.postern.app.account;

import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.shared.HasValidationProperties;
import com.vaadin.flow.component.textfield.EmailField;
import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import com.vaadin.flow.server.VaadinServletRequest;
import com.vaadin.flow.server.VaadinServletResponse;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import dev.postern.app.security.SignInSession;
import dev.postern.app.security.SignUp;

/// Makes an account and its organisation, and signs the person in.
@Route(value = "sign-up", autoLayout = false)
@PageTitle("Create an organisation · Postern")
@AnonymousAllowed
public class SignUpView extends Main {

    private final TextField organisation = new TextField("Organisation");
    private final EmailField email = new EmailField("E-mail");
    private final PasswordField password = new PasswordField("Password");
    private final SignUp signUp;
    private final SignInSession signInSession;

    public SignUpView(SignUp signUp, SignInSession signInSession) {
        this.signUp = signUp;
        this.signInSession = signInSession;
        addClassName("entrance");
        organisation.setHelperText("Whose domains these are: a company, a school, a client list.");
        organisation.setAutofocus(true);
        email.getElement().setAttribute("autocomplete", "username");
        password.getElement().setAttribute("autocomplete", "new-password");
        password.setHelperText("12 characters or more. A sentence is good.");
        // Errors come from the rules themselves, after the person has asked.
        email.setManualValidation(true);
        var create = new Button("Create organisation", _ -> create());
        create.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        create.addClickShortcut(Key.ENTER);
        create.setDisableOnClick(true);
        var fields = new Div(organisation, email, password, create);
        fields.addClassName("entrance-fields");
        var toSignIn = new Paragraph(new Span("Been here before? "), new RouterLink("Sign in", SignInView.class));
        add(SignInView.card("Create an organisation",
                "From nothing published to MTA-STS enforce, step by step, without a bounced mail.", fields, toSignIn));
        create.addClickListener(_ -> create.setEnabled(true));
    }

    private void create() {
        for (HasValidationProperties field : new HasValidationProperties[]{organisation, email, password}) {
            field.setInvalid(false);
        }
        switch (signUp.signUp(email.getValue(), password.getValue(), organisation.getValue())) {
            case SignUp.Result.Done(var user) -> {
                signInSession.signIn(user, VaadinServletRequest.getCurrent().getHttpServletRequest(),
                        VaadinServletResponse.getCurrent().getHttpServletResponse());
                UI.getCurrent().getPage().setLocation(VaadinServletRequest.getCurrent().getContextPath() + "/");
            }
            case SignUp.Result.Refused(var field, var reason) -> refuse(field, reason);
        }
    }

    private void refuse(SignUp.Field field, String reason) {
        HasValidationProperties refused = switch (field) {
            case EMAIL -> email;
            case PASSWORD -> password;
            case ORGANISATION -> organisation;
        };
        refused.setErrorMessage(reason);
        refused.setInvalid(true);
    }
}
