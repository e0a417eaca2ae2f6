/** Management: what an owner does with clients, profiles, collections, policies, plans and keys. */
@NullMarked
package io.apiaccess.admin;

import org.jspecify.annotations.NullMarked;
