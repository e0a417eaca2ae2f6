/** Decisions written down, one line each, and such lines judged again. */
@NullMarked
package io.apiaccess.log;

import org.jspecify.annotations.NullMarked;
