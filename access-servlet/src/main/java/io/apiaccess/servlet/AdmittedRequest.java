package io.apiaccess.servlet;

import io.apiaccess.decision.Caller;
import io.apiaccess.request.Secret;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as the application sees it: without credential, its user being the access profile. */
final class AdmittedRequest extends BareRequest {
    private static final String ROLE_PREFIX = "SCOPE_";

    private final HttpServletRequest arrived;
    private final ServletResponse response;
    private final CredentialPlaces places;
    private final @Nullable String forwardAs;
    private final String passedBefore;
    private final Passage passage;
    private final @Nullable Secret credential;
    private final @Nullable ProfilePrincipal principal;
    private final Set<String> scopes;

    AdmittedRequest(
            HttpServletRequest request,
            ServletResponse response,
            CredentialPlaces places,
            @Nullable String forwardAs,
            String passedBefore,
            Passage passage) {
        super(request, places);
        this.arrived = request;
        this.response = response;
        this.places = places;
        this.forwardAs = forwardAs;
        this.passedBefore = passedBefore;
        this.passage = passage;
        this.credential = passage.credential();
        this.principal = Optional.ofNullable(passage.decision())
                .flatMap(decision -> decision.caller())
                .map(ProfilePrincipal::of)
                .orElse(null);
        this.scopes = passage.decision() == null ? Set.of() : passage.decision().scopes();
    }

    /**
     * The access profile that calls, as the servlet API names users.
     *
     * @param getName the profile's id
     */
    private record ProfilePrincipal(String getName) implements Principal {
        static ProfilePrincipal of(Caller caller) {
            return new ProfilePrincipal(caller.profile().value());
        }

        @Override
        public String toString() {
            return getName;
        }
    }

    /** A header of the forwarded credential's name is ours alone: what a caller sends in it is dropped. */
    @Override
    @Nullable List<String> changed(String name) {
        if (name.equalsIgnoreCase(forwardAs)) {
            return credential == null ? List.of() : List.of(credential.reveal());
        }
        return super.changed(name);
    }

    @Override
    List<String> added() {
        return forwardAs == null || credential == null ? List.of() : List.of(forwardAs);
    }

    /** Also what is dispatched to with this request has been let through, whatever the request below knows. */
    @Override
    public @Nullable Object getAttribute(String name) {
        if (name.equals(passedBefore)) {
            return passage;
        }
        return name.equals(AccessFilter.DECISION) ? passage.decision() : super.getAttribute(name);
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return principal == null ? super.getUserPrincipal() : principal;
    }

    @Override
    public @Nullable String getRemoteUser() {
        return principal == null ? super.getRemoteUser() : principal.getName();
    }

    @Override
    public boolean isUserInRole(String role) {
        if (principal == null) {
            return super.isUserInRole(role);
        }
        return role.startsWith(ROLE_PREFIX) && scopes.contains(role.substring(ROLE_PREFIX.length()));
    }

    /**
     * Without arguments the container would go on with the request as it came, credential and all. It goes on at that
     * request's URI: so the outermost dispatch answers, with what it was given, before any forward.
     */
    @Override
    public AsyncContext startAsync() {
        return isAdmittedBefore()
                ? super.startAsync()
                : startAsync(
                        new AdmittedRequest(arrived, response, places, forwardAs, passedBefore, passage), response);
    }

    /** Returns whether the same filter stood before a dispatch that led to this one. */
    private boolean isAdmittedBefore() {
        ServletRequest inner = getRequest();
        while (inner instanceof ServletRequestWrapper wrapper) {
            if (wrapper instanceof AdmittedRequest earlier && earlier.passedBefore.equals(passedBefore)) {
                return true;
            }
            inner = wrapper.getRequest();
        }
        return false;
    }
}
