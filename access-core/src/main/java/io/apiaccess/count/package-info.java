/** Counting of decisions, on their threads without waiting, and the way of the counts to the store. */
@NullMarked
package io.apiaccess.count;

import org.jspecify.annotations.NullMarked;
