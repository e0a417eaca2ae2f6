package io.apiaccess.bench;

/** Another library that decides the same calls. */
interface Peer {
    /** Returns whether a call may pass, and takes what it costs. */
    boolean allows(Call call);

    /** What a peer looks at beside the key and what is granted. */
    enum Also {
        /** The address that a call comes from. */
        ADDRESSES,
        /** Nothing. */
        NOTHING
    }

    /**
     * Sees to it that it answers right before it is measured: a call passes, and those of nobody, to what is not granted, and
     * from elsewhere do not.
     */
    static <P extends Peer> P checked(P peer, Call allowed, Also also) {
        Call ungranted = allowed.to((allowed.collection() + Load.GRANTED) % Load.COLLECTIONS);
        require(peer.allows(allowed), peer, "refuses what it should let pass");
        require(!peer.allows(ungranted), peer, "lets pass what is not granted");
        require(!peer.allows(allowed.by("nobody's")), peer, "lets nobody pass");
        require(peer.allows(allowed), peer, "refuses what it has let pass");
        if (also == Also.ADDRESSES) {
            require(!peer.allows(allowed.from("203.0.113.77")), peer, "lets pass from elsewhere");
        }
        return peer;
    }

    private static void require(boolean right, Peer peer, String fault) {
        if (!right) {
            throw new IllegalStateException(peer.getClass().getSimpleName() + " " + fault);
        }
    }
}
