/** The immutable, compiled form of the configuration that deciders read. Not exported. */
@NullMarked
package io.apiaccess.snapshot;

import org.jspecify.annotations.NullMarked;
