package io.apiaccess.decision;

/** A step of the decision, in the order in which they are taken; the first that fails ends it. */
public enum Stage {
    /** Has the request a form that cannot be misread? */
    FORM,
    /** Whose is the credential? */
    IDENTIFY,
    /** Does it prove that? */
    AUTHENTICATE,
    /** Are key, profile and client in force? */
    STATUS,
    /** May the call come from there? */
    ADDRESS,
    /** May this be called? */
    AUTHORIZE,
    /** May it be called now? */
    CONDITIONS,
    /** Is there anything left of every limit? */
    LIMITS,
    /** No step of its own: it can happen at any. */
    ANY
}
