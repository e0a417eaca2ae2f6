package com.example.shop;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.servlet.AccessFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A shop in Spring Boot, with the filter as a bean; it calls itself three times and ends. */
@SpringBootApplication
@RestController
public class ShopApplication {
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (ConfigurableApplicationContext shop =
                SpringApplication.run(ShopApplication.class, "--server.port=0", "--server.address=127.0.0.1")) {
            String key = customer(shop.getBean(AccessControl.class).admin());

            HttpResponse<String> allowed = call(shop, "X-API-Key", key);
            check(allowed.statusCode() == 200, "a granted call is allowed");
            check(allowed.body().startsWith("order 42 for acme-mobile"), "and its profile is the user");
            check(allowed.body().endsWith("key null"), "the key is not shown to the controller");
            check(allowed.headers().firstValue("RateLimit").isPresent(), "and the rate is told");

            HttpResponse<String> nobody = call(shop, "Accept", "*/*");
            check(nobody.statusCode() == 401, "a call without key is refused");
            check(
                    nobody.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json"),
                    "with a problem");

            HttpResponse<String> over = call(shop, "Authorization", "Bearer " + key);
            check(over.statusCode() == 429, "a call over the rate is refused");
            check(over.headers().firstValue("Retry-After").isPresent(), "and when to come back is told");
        }
    }

    @Bean(destroyMethod = "close")
    AccessControl access() {
        return AccessControl.inMemory();
    }

    @Bean
    FilterRegistrationBean<AccessFilter> door(AccessControl access) {
        return new FilterRegistrationBean<>(AccessFilter.builder(access).build());
    }

    @GetMapping("/orders/{id}")
    String order(@PathVariable("id") String id, HttpServletRequest request) {
        return "order " + id + " for " + request.getUserPrincipal().getName() + ", key "
                + request.getHeader("X-API-Key");
    }

    private static String customer(AccessAdmin admin) {
        ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .route("/orders/{id}", HttpMethod.GET)
                .build());
        Policy gold = admin.create(Policy.named("Gold")
                .limit(RateLimit.of(1).per(Duration.ofHours(1)))
                .build());
        Client acme = admin.create(Client.named("ACME Company").build());
        AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .id(new ProfileId("acme-mobile"))
                .grant(orders.id())
                .policy(gold.id())
                .allowFrom("127.0.0.0/8")
                .build());
        IssuedKey key = admin.issueKey(mobile.id());
        return key.reveal();
    }

    private static HttpResponse<String> call(ConfigurableApplicationContext shop, String header, String value)
            throws IOException, InterruptedException {
        String port = shop.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders/42"))
                .header(header, value)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
        System.out.println("ok: " + what);
    }
}
