/** Tokens as they arrive: their form, which profile they name, their proof, what their claims must hold. Not exported. */
@NullMarked
package io.apiaccess.token;

import org.jspecify.annotations.NullMarked;
