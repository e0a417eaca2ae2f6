package io.apiaccess.spi;

import io.apiaccess.decision.LimitState;
import java.util.List;

/** How limits stand, by a store that makes each state when it is asked for. */
public interface LimitStates extends List<LimitState> {
    /** Returns whether each has enough left for the call, those in shadow too: then none need be looked at. */
    boolean allFit();
}
