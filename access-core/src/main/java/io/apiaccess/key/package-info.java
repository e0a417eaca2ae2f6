/** The text of API keys and what is kept of it. Not exported. */
@NullMarked
package io.apiaccess.key;

import org.jspecify.annotations.NullMarked;
