/** Decides whether a request to an API may pass: the question, the object that answers it, and its wiring. */
@NullMarked
package io.apiaccess;

import org.jspecify.annotations.NullMarked;
