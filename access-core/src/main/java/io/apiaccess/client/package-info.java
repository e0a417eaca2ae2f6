/** Who may call: clients, their access profiles, grants and keys. */
@NullMarked
package io.apiaccess.client;

import org.jspecify.annotations.NullMarked;
