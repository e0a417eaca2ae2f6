/** The door of a servlet container. */
@NullMarked
package io.apiaccess.servlet;

import org.jspecify.annotations.NullMarked;
