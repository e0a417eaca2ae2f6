/** The arithmetic of usage: what one limit holds of one subject as time passes, wherever it is kept. */
@NullMarked
package io.apiaccess.counter;

import org.jspecify.annotations.NullMarked;
