/** The door of a servlet container: a filter that asks about every request, and answers for those that may not pass. */
@NullMarked
package io.apiaccess.servlet;

import org.jspecify.annotations.NullMarked;
