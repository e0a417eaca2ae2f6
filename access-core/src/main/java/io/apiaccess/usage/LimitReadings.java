package io.apiaccess.usage;

import io.apiaccess.decision.LimitState;
import io.apiaccess.spi.LimitDemand;
import java.util.List;

/** How limits stand, without taking from them. */
@FunctionalInterface
public interface LimitReadings {
    /** Returns how each limit stands, in the order of the demands. */
    List<LimitState> peek(List<LimitDemand> demands);
}
