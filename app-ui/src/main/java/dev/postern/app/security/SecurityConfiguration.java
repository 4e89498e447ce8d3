package dev.postern.app.security;

import com.google.common.base.Ticker;
import com.vaadin.flow.spring.security.VaadinSecurityConfigurer;
import dev.postern.app.account.SignInView;
import dev.postern.db.account.AccountStore;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/// What of the web is open to whom: programs below `/api`, files to anybody, people everywhere else.
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityConfiguration {

    private static final String SIGN_IN = "/sign-in";
    /// Pages and files are forwarded to Vaadin's servlet, after which it is too late for headers.
    private static final ObjectPostProcessor<HeaderWriterFilter> AT_ONCE = new ObjectPostProcessor<>() {
        @Override
        public <F extends HeaderWriterFilter> F postProcess(F filter) {
            filter.setShouldWriteHeadersEagerly(true);
            return filter;
        }
    };

    /// Tokens, no sessions, no cookies: so nothing that a foreign page could abuse (no CSRF token needed).
    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http, AccountStore accounts, SecurityContextHolderStrategy contexts,
                            Clock clock) {
        return http.securityMatcher("/api/**")
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(SecurityConfiguration::headers)
                .addFilterBefore(new ApiTokenFilter(accounts, contexts, clock), AuthorizationFilter.class)
                .authorizeHttpRequests(requests -> requests
                        .requestMatchers("/api/v1/openapi.json").permitAll()
                        .anyRequest().authenticated())
                .exceptionHandling(handling -> handling
                        .authenticationEntryPoint((request, response, _) -> {
                            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
                            ApiProblems.write(request, response, HttpStatus.UNAUTHORIZED,
                                    "Send an API token: Authorization: Bearer …");
                        })
                        .accessDeniedHandler((request, response, _) -> ApiProblems.write(request, response,
                                HttpStatus.FORBIDDEN, "This API token may not do that.")))
                .build();
    }

    /// What pages are made of. It is the same for everybody, so browsers may keep it.
    @Bean
    @Order(2)
    SecurityFilterChain files(HttpSecurity http) {
        return http.securityMatcher("/_static/**", "/webjars/**", "/styles/**", "/scripts/**", "/icons/**",
                        "/images/**", "/robots.txt")
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> {
                    headers(headers);
                    headers.withObjectPostProcessor(AT_ONCE);
                    headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable);
                })
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain browser(HttpSecurity http, PosternUsers users, PasswordHashing passwords) {
        return http
                .authenticationProvider(new PasswordSignIn(users, passwords, new GuessingBrake(Ticker.systemTicker())))
                .headers(headers -> {
                    headers(headers);
                    headers.withObjectPostProcessor(AT_ONCE);
                    headers.addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                            PathPatternRequestMatcher.withDefaults().matcher("/check/**"),
                            new StaticHeadersWriter("X-Robots-Tag", "noindex")));
                })
                .sessionManagement(sessions -> sessions.sessionFixation(fixation -> fixation.changeSessionId()))
                .authorizeHttpRequests(requests -> requests
                        .dispatcherTypeMatchers(DispatcherType.ERROR).permitAll()
                        .requestMatchers("/download/**").authenticated())
                .with(VaadinSecurityConfigurer.vaadin(), vaadin -> vaadin.loginView(SignInView.class, SIGN_IN))
                .build();
    }

    /// Beside Spring's own: nosniff, no framing, no caching of what is behind sign-in, HSTS where the request came
    /// over TLS.
    private static void headers(HeadersConfigurer<HttpSecurity> headers) {
        headers.referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN));
        headers.frameOptions(HeadersConfigurer.FrameOptionsConfig::deny);
    }

    /// For requests that are refused before any filter sees them, such as one with an encoded slash.
    @Bean
    RequestRejectedHandler requestRejectedHandler() {
        return (request, response, rejected) -> ApiProblems.write(request, response, HttpStatus.BAD_REQUEST,
                "The address of this request is not allowed.");
    }
}
