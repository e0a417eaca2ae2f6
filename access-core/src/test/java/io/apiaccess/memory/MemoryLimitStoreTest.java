package io.apiaccess.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStoreContract;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store in memory, held to the contract of all stores. */
class MemoryLimitStoreTest extends LimitStoreContract {
    @Override
    protected LimitStore open(ManualTime clocks) {
        return new MemoryLimitStore();
    }

    @ParameterizedTest
    @ValueSource(classes = {LimitDemand.class, LimitStore.Reading.class})
    @Rule("trap 17")
    void nothingThatOthersWriteCanRunInsideALock(Class<?> given) {
        assertClosed(given);
    }

    /** Fails for a type of which an application could write one of its own, in itself or in what it consists of. */
    private static void assertClosed(Class<?> type) {
        if (type.isSealed()) {
            Arrays.stream(type.getPermittedSubclasses()).forEach(MemoryLimitStoreTest::assertClosed);
            return;
        }
        boolean isFinal = Modifier.isFinal(type.getModifiers());
        assertTrue(isFinal || (!type.isInterface() && hasNoOpenConstructor(type)), type + " can be extended");
        if (type.isRecord()) {
            Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .forEach(MemoryLimitStoreTest::assertClosed);
        }
    }

    private static boolean hasNoOpenConstructor(Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors())
                .noneMatch(constructor -> (constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0);
    }
}
