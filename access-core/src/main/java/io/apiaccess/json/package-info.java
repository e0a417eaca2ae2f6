/** Texts that tokens and keys are made of, read without any leniency. Not exported. */
@NullMarked
package io.apiaccess.json;

import org.jspecify.annotations.NullMarked;
