package io.apiaccess.jdbc;

import io.apiaccess.ManualTime;
import io.apiaccess.examples.GuideExample;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The program of docs/guide.md runs on every engine. */
class GuideTest {
    @ParameterizedTest
    @EnumSource
    void itsProgramRuns(Engine engine) throws Exception {
        try (TestDatabase database = Databases.withTables(engine);
                TestPool pool = database.pool(8)) {
            pool.getConnection().close(); // a driver takes its time the first time
            GuideExample.run(JdbcAccessStore.create(pool), new ManualTime());
        }
    }
}
