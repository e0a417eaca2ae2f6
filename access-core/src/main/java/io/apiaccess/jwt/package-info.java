/** Tokens that carry claims under a signature (RFC 7519): algorithms, keys, what is asked of the claims, the claims. */
@NullMarked
package io.apiaccess.jwt;

import org.jspecify.annotations.NullMarked;
