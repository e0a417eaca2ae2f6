package io.apiaccess.spi;

import io.apiaccess.entity.Id;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The inability of a store to read what it keeps of some entities, which are damaged; the others can be read. */
public final class UnreadableException extends StoreException {
    private static final long serialVersionUID = 1;
    private static final int NAMED = 10;

    private final transient Set<Id<?>> ids;

    /** Returns one that names what cannot be read, and why one of that cannot. */
    public UnreadableException(Set<? extends Id<?>> ids, Throwable cause) {
        super(named(ids) + " cannot be read from what is kept", cause);
        this.ids = Set.copyOf(ids);
    }

    /** Returns the ids of what cannot be read. */
    public Set<Id<?>> ids() {
        return ids;
    }

    private static String named(Set<? extends Id<?>> ids) {
        List<String> all = ids.stream().map(AuditEntry::target).sorted().toList();
        return all.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "");
    }
}
