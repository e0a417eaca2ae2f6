package io.apiaccess.servlet;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the rules of the design that a test proves, such as {@code N4} or {@code trap 9}. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface Rule {
    /** Returns the numbers of the rules. */
    String[] value();
}
