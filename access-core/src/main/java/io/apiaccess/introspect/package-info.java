/** What an introspection endpoint says of tokens, asked sparingly. Not exported. */
@NullMarked
package io.apiaccess.introspect;

import org.jspecify.annotations.NullMarked;
