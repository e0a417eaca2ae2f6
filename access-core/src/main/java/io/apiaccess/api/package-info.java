/** What may be called: collections of routes. */
@NullMarked
package io.apiaccess.api;

import org.jspecify.annotations.NullMarked;
