package io.apiaccess.entity;

/**
 * A value that at most one stored entity may have, such as a policy's name.
 *
 * @param kind what the value is, in words for a person
 * @param value the value
 */
public record UniqueKey(String kind, String value) {}
