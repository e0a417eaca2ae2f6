/** What is asked of the issuer of access tokens, and its answers. */
@NullMarked
package io.apiaccess.oauth;

import org.jspecify.annotations.NullMarked;
