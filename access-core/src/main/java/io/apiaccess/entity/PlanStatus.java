package io.apiaccess.entity;

/** The state of a plan. */
public enum PlanStatus {
    /** Being prepared: it may change and cannot be offered. */
    DRAFT,
    /** Fixed for good: it may be offered and does not change. */
    LOCKED
}
