/** The checks that configured objects share. Not exported. */
@NullMarked
package io.apiaccess.check;

import org.jspecify.annotations.NullMarked;
