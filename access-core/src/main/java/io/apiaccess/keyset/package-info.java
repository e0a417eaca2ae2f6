/** Key sets of issuers, fetched from configured addresses and kept fresh. Not exported. */
@NullMarked
package io.apiaccess.keyset;

import org.jspecify.annotations.NullMarked;
