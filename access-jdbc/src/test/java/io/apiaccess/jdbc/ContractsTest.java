package io.apiaccess.jdbc;

import io.apiaccess.admin.ContractsContract;
import io.apiaccess.spi.AccessStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes with connections of their own work on one database of every engine. */
@ParameterizedClass
@EnumSource
class ContractsTest extends ContractsContract {
    private final TestDatabase database;
    private final List<TestPool> opened = new ArrayList<>();

    ContractsTest(Engine engine) {
        database = Databases.withTables(engine);
    }

    @Override
    protected AccessStore open() {
        TestPool pool = database.pool(8);
        opened.add(pool);
        return JdbcAccessStore.create(pool);
    }

    @Override
    protected void drop() {
        opened.forEach(TestPool::close);
        database.close();
    }
}
