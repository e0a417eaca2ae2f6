/** The written form of a configuration: what is managed as a tree of JSON values, back from it, and what differs. */
@NullMarked
package io.apiaccess.document;

import org.jspecify.annotations.NullMarked;
