/** The stages of a decision, a file each, and the path that they form. Not exported. */
@NullMarked
package io.apiaccess.engine;

import org.jspecify.annotations.NullMarked;
