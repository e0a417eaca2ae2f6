/** The answer: allowed or denied, and what determined it. */
@NullMarked
package io.apiaccess.decision;

import org.jspecify.annotations.NullMarked;
