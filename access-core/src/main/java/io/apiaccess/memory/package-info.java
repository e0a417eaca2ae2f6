/** The embedded default stores, which keep everything in memory. */
@NullMarked
package io.apiaccess.memory;

import org.jspecify.annotations.NullMarked;
