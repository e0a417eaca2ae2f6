/** What all managed things share: an id, a revision, and states with one transition table. */
@NullMarked
package io.apiaccess.entity;

import org.jspecify.annotations.NullMarked;
