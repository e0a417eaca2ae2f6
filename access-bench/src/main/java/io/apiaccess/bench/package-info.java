/** Measurements, each of which answers one question. */
@NullMarked
package io.apiaccess.bench;

import org.jspecify.annotations.NullMarked;
