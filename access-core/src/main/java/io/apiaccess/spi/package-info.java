/** What others implement, and the records that they are handed. */
@NullMarked
package io.apiaccess.spi;

import org.jspecify.annotations.NullMarked;
