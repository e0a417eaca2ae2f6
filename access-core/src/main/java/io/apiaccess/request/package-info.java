/** What arrives: a request to be decided, and the strict forms of its parts. */
@NullMarked
package io.apiaccess.request;

import org.jspecify.annotations.NullMarked;
