package com.example.shop;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;

/** Grants one client one route, and asks about a call of it and about one of another. */
public final class Shop {
    private Shop() {}

    /** Exits with an error where the library answers otherwise than expected, or was not loaded as a module. */
    public static void main(String[] args) {
        Module library = AccessControl.class.getModule();
        check("io.apiaccess.core".equals(library.getName()), "the library is a module");

        try (AccessControl access = AccessControl.inMemory()) {
            AccessAdmin admin = access.admin();
            ApiCollection goods = admin.create(
                    ApiCollection.named("Goods").route("/goods/{id}", GET).build());
            Client store = admin.create(Client.named("Corner store").build());
            AccessProfile till = admin.create(
                    AccessProfile.named("Till", store.id()).grant(goods.id()).build());
            IssuedKey key = admin.issueKey(till.id());
            AccessDecider decider = access.decider();

            Decision read = decider.decide(
                    AccessRequest.of(GET, "/goods/7").apiKey(key.reveal()).build());
            check(read.isAllowed(), "a granted route is allowed");

            Decision delete = decider.decide(
                    AccessRequest.of(DELETE, "/goods/7").apiKey(key.reveal()).build());
            check(
                    delete instanceof Decision.Denied denied && denied.reason() == DenyReason.METHOD_NOT_ALLOWED,
                    "another method is denied");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
        System.out.println("ok: " + what);
    }
}
