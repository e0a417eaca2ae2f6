package io.apiaccess.usage;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;

/**
 * What of a limit is used, and what is left.
 *
 * @param policy the policy that the limit is in
 * @param limit the limit, with an override in force
 * @param subject whose usage it is
 * @param used the units used
 * @param left the units left
 * @param resetAfter how long until all are free again if nothing else is taken; of a quota, the rest of its period
 */
public record LimitUsage(
        PolicyId policy, Limit limit, LimitSubject subject, long used, long left, Duration resetAfter) {}
