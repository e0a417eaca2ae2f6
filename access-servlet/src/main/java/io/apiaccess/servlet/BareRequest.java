package io.apiaccess.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.PushBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request without the caller's credential: neither in its headers nor in its parameters. */
class BareRequest extends HttpServletRequestWrapper {
    private final HttpServletRequest request;
    private final CredentialPlaces places;

    BareRequest(HttpServletRequest request, CredentialPlaces places) {
        super(request);
        this.request = request;
        this.places = places;
    }

    /** Returns the lines of a header that are left, or {@code null} if they are as they came. */
    @Nullable List<String> changed(String name) {
        if (places.isKeyHeader(name)) {
            return List.of();
        }
        return places.isBearerHeader(name)
                ? HeaderText.lines(request, name).stream()
                        .filter(value -> !CredentialPlaces.isBearer(value))
                        .toList()
                : null;
    }

    /** Returns names of headers that the caller did not send. */
    List<String> added() {
        return List.of();
    }

    @Override
    public @Nullable String getHeader(String name) {
        List<String> changed = changed(name);
        if (changed == null) {
            return super.getHeader(name);
        }
        return changed.isEmpty() ? null : changed.get(0);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        List<String> changed = changed(name);
        return changed == null ? super.getHeaders(name) : Collections.enumeration(changed);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        Enumeration<String> names = super.getHeaderNames();
        Set<String> left = new LinkedHashSet<>();
        while (names != null && names.hasMoreElements()) {
            String name = names.nextElement();
            List<String> changed = changed(name);
            if (changed == null || !changed.isEmpty()) {
                left.add(name);
            }
        }
        for (String name : added()) {
            if (left.stream().noneMatch(name::equalsIgnoreCase)) {
                left.add(name);
            }
        }
        return Collections.enumeration(left);
    }

    @Override
    public long getDateHeader(String name) {
        if (changed(name) == null) {
            return super.getDateHeader(name);
        }
        if (getHeader(name) == null) {
            return -1;
        }
        throw new IllegalArgumentException("the header is no date");
    }

    @Override
    public int getIntHeader(String name) {
        if (changed(name) == null) {
            return super.getIntHeader(name);
        }
        if (getHeader(name) == null) {
            return -1;
        }
        throw new NumberFormatException("the header is no number");
    }

    @Override
    public @Nullable String getQueryString() {
        QueryParameter hidden = places.queryParameter();
        return hidden == null ? super.getQueryString() : hidden.without(super.getQueryString());
    }

    @Override
    public @Nullable String getParameter(String name) {
        return isHidden(name) ? null : super.getParameter(name);
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        return isHidden(name) ? null : super.getParameterValues(name);
    }

    @Override
    public Enumeration<String> getParameterNames() {
        if (places.queryParameter() == null) {
            return super.getParameterNames();
        }
        List<String> left = new ArrayList<>(Collections.list(super.getParameterNames()));
        left.removeIf(this::isHidden);
        return Collections.enumeration(left);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        if (places.queryParameter() == null) {
            return super.getParameterMap();
        }
        Map<String, String[]> left = new LinkedHashMap<>(super.getParameterMap());
        left.remove(places.queryParameter().name());
        return Collections.unmodifiableMap(left);
    }

    /** Containers also keep the query of the request that was dispatched from, in an attribute for each way. */
    @Override
    public @Nullable Object getAttribute(String name) {
        Object value = super.getAttribute(name);
        QueryParameter hidden = places.queryParameter();
        if (hidden == null || !name.startsWith("jakarta.servlet.") || !name.endsWith(".query_string")) {
            return value;
        }
        return value instanceof String query ? hidden.without(query) : value;
    }

    /** A pushed request would carry the credential. */
    @Override
    public @Nullable PushBuilder newPushBuilder() {
        return null;
    }

    private boolean isHidden(String parameter) {
        return places.queryParameter() != null && places.queryParameter().name().equals(parameter);
    }
}
