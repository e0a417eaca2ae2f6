package io.apiaccess.bench;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestMatcherDelegatingAuthorizationManager;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A Spring Security filter chain as an application writes it: a filter finds the customer by the text of the key in a map and
 * compares the address, request matchers ask for the authority of a collection, a filter behind them takes from a bucket.
 */
final class SpringChain implements Peer {
    private static final String KEY_HEADER = "X-API-Key";
    private static final long PER_MINUTE = 10_000_000_000L;
    private static final long PER_MONTH = 1_000_000_000_000_000L;
    private static final String HIDDEN = "hidden";

    private final Filter chain;

    private SpringChain(Filter chain) {
        this.chain = chain;
    }

    static SpringChain typical(String[] keys) {
        return new SpringChain(typical(of(keys)));
    }

    static SpringChain lean(String[] keys) {
        return new SpringChain(lean(of(keys)));
    }

    /** Returns the chain that {@link HttpSecurity} makes, stateless, without logout and protection against forged forms. */
    static Filter typical(Configuration configuration) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("configuration", Configuration.class, () -> configuration);
        context.register(Security.class);
        context.refresh();
        return context.getBean("springSecurityFilterChain", Filter.class);
    }

    /** Returns the fewest filters with which that works. */
    static Filter lean(Configuration configuration) {
        ExceptionTranslationFilter translation =
                new ExceptionTranslationFilter(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED));
        translation.afterPropertiesSet();
        return new FilterChainProxy(new DefaultSecurityFilterChain(
                AnyRequestMatcher.INSTANCE,
                new KeyFilter(configuration.customers()),
                translation,
                new AuthorizationFilter(rules(configuration)),
                new BucketFilter()));
    }

    /**
     * Who may call what.
     *
     * @param customers by the texts of their keys
     * @param collections a path pattern for each, whose authority is {@code api} and its number
     */
    record Configuration(Map<String, Customer> customers, List<String> collections) {}

    @Override
    public boolean allows(Call call) {
        BareExchange exchange = new BareExchange(call);
        try {
            chain.doFilter(exchange.request(), exchange.response(), exchange);
        } catch (IOException | ServletException e) {
            throw new IllegalStateException(e);
        }
        return exchange.isPassed();
    }

    /** Who may call what: each collection has an authority. */
    private static RequestMatcherDelegatingAuthorizationManager rules(Configuration configuration) {
        RequestMatcherDelegatingAuthorizationManager.Builder rules =
                RequestMatcherDelegatingAuthorizationManager.builder();
        for (int i = 0; i < configuration.collections().size(); i++) {
            rules.add(routesOf(configuration, i), AuthorityAuthorizationManager.hasAuthority(authorityOf(i)));
        }
        return rules.build();
    }

    private static RequestMatcher routesOf(Configuration configuration, int collection) {
        return PathPatternRequestMatcher.withDefaults()
                .matcher(HttpMethod.GET, configuration.collections().get(collection));
    }

    private static String authorityOf(int collection) {
        return "api" + collection;
    }

    private static Configuration of(String[] keys) {
        Map<String, Customer> customers = new ConcurrentHashMap<>();
        for (int i = 0; i < keys.length; i++) {
            List<SimpleGrantedAuthority> granted = new ArrayList<>();
            for (int j = 0; j < Load.GRANTED; j++) {
                granted.add(new SimpleGrantedAuthority(authorityOf((i + j) % Load.COLLECTIONS)));
            }
            customers.put(keys[i], customer("profile " + i, Load.ranges(i), granted));
        }
        List<String> collections = IntStream.range(0, Load.COLLECTIONS)
                .mapToObj(i -> "/api" + i + "/v1/{things}/{id}")
                .toList();
        return new Configuration(customers, collections);
    }

    /** Returns what holds customers that may call all collections, of which each has a pattern, from some ranges. */
    static Configuration of(List<String> keys, List<String> ranges, List<String> collections) {
        List<SimpleGrantedAuthority> all = IntStream.range(0, collections.size())
                .mapToObj(i -> new SimpleGrantedAuthority(authorityOf(i)))
                .toList();
        Map<String, Customer> customers = new ConcurrentHashMap<>();
        keys.forEach(key -> customers.put(key, customer("profile " + customers.size(), ranges, all)));
        return new Configuration(customers, collections);
    }

    private static Customer customer(String name, List<String> ranges, List<SimpleGrantedAuthority> granted) {
        return new Customer(
                new PreAuthenticatedAuthenticationToken(name, HIDDEN, granted),
                ranges.stream().map(IpAddressMatcher::new).toList(),
                Bucket.builder()
                        .addLimit(limit -> limit.capacity(PER_MINUTE).refillGreedy(PER_MINUTE, Duration.ofMinutes(1)))
                        .addLimit(limit -> limit.capacity(PER_MONTH).refillIntervally(PER_MONTH, Duration.ofDays(30)))
                        .withNanosecondPrecision()
                        .withSynchronizationStrategy(SynchronizationStrategy.SYNCHRONIZED)
                        .build());
    }

    /**
     * Who has a key.
     *
     * @param authentication what the context is given, made once
     * @param from where it may call from
     * @param bucket what is left
     */
    record Customer(Authentication authentication, List<IpAddressMatcher> from, Bucket bucket) {
        boolean mayCallFrom(String address) {
            for (IpAddressMatcher range : from) {
                if (range.matches(address)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The configuration of the typical chain. */
    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Security {
        @Bean
        SecurityFilterChain chain(HttpSecurity http, Configuration configuration) throws Exception {
            http.csrf(AbstractHttpConfigurer::disable)
                    .logout(AbstractHttpConfigurer::disable)
                    .requestCache(AbstractHttpConfigurer::disable)
                    .anonymous(AbstractHttpConfigurer::disable)
                    .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                    .exceptionHandling(handling ->
                            handling.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
                    .addFilterAfter(new KeyFilter(configuration.customers()), SecurityContextHolderFilter.class)
                    .addFilterAfter(new BucketFilter(), AuthorizationFilter.class)
                    .authorizeHttpRequests(rules -> {
                        for (int i = 0; i < configuration.collections().size(); i++) {
                            rules.requestMatchers(routesOf(configuration, i)).hasAuthority(authorityOf(i));
                        }
                        rules.anyRequest().denyAll();
                    });
            return http.build();
        }

        @Bean
        AuthenticationManager noPasswords() {
            return authentication -> null;
        }
    }

    /** Finds the customer by the key and compares the address. */
    private static final class KeyFilter extends OncePerRequestFilter {
        private final Map<String, Customer> customers;

        KeyFilter(Map<String, Customer> customers) {
            this.customers = customers;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String key = request.getHeader(KEY_HEADER);
            Customer customer = key == null ? null : customers.get(key);
            if (customer == null) {
                response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
                return;
            }
            if (!customer.mayCallFrom(request.getRemoteAddr())) {
                response.setStatus(HttpServletResponse.SC_FORBIDDEN);
                return;
            }
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(customer.authentication());
            SecurityContextHolder.setContext(context);
            request.setAttribute(BucketFilter.BUCKET, customer.bucket());
            try {
                chain.doFilter(request, response);
            } finally {
                SecurityContextHolder.clearContext();
            }
        }
    }

    /** Takes from the customer's bucket. */
    private static final class BucketFilter extends OncePerRequestFilter {
        static final String BUCKET = BucketFilter.class.getName();
        private static final int TOO_MANY_REQUESTS = 429;

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if (request.getAttribute(BUCKET) instanceof Bucket bucket && bucket.tryConsume(1)) {
                chain.doFilter(request, response);
                return;
            }
            response.setStatus(TOO_MANY_REQUESTS);
        }
    }
}
