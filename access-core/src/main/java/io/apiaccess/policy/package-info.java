/** Under which limits and conditions a caller may call. */
@NullMarked
package io.apiaccess.policy;

import org.jspecify.annotations.NullMarked;
