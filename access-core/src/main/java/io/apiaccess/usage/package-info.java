/** What was used: who called what, when, and what came of it. */
@NullMarked
package io.apiaccess.usage;

import org.jspecify.annotations.NullMarked;
