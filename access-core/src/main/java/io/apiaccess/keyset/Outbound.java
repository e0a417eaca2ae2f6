package io.apiaccess.keyset;

/** What asks configured addresses, under one guard whatever is asked of them. Thread-safe. */
public interface Outbound extends Fetcher, Poster {}
