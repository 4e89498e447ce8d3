package dev.postern.app.base;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.i18n.I18NProvider;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.springframework.stereotype.Component;

/// The words of the pages, by key, in the person's language: `vaadin-i18n/translations.properties` in English, the same
/// with `_de` in German. A further language is one more file.
///
/// Every text is a [MessageFormat] pattern, also one without arguments, so that an apostrophe is always written twice.
@Component
public class Texts implements I18NProvider {

    private static final String BUNDLE = "vaadin-i18n.translations";
    /// Without it a missing German text would come in the language of the machine.
    private static final ResourceBundle.Control ENGLISH_ELSE =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    /// Languages, the first is that of whoever asks for another.
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

    /// In the language of the page that is being made; English where none is.
    ///
    /// @throws MissingResourceException when no bundle has the key
    public static String of(String key, Object... arguments) {
        return in(language(), key, arguments);
    }

    /// The language of the page that is being made.
    public static Locale language() {
        UI page = UI.getCurrent();
        return page == null || page.getLocale() == null ? Locale.ENGLISH : page.getLocale();
    }

    private static String in(Locale language, String key, Object... arguments) {
        String pattern = ResourceBundle.getBundle(BUNDLE, language, Texts.class.getClassLoader(), ENGLISH_ELSE)
                .getString(key);
        return new MessageFormat(pattern, language).format(arguments);
    }

    @Override
    public List<Locale> getProvidedLocales() {
        return LANGUAGES;
    }

    @Override
    public String getTranslation(String key, Locale language, Object... arguments) {
        return in(language, key, arguments);
    }
}
