/** The stores that keep their rows in a relational database. */
@NullMarked
package io.apiaccess.jdbc;

import org.jspecify.annotations.NullMarked;
