package io.apiaccess.jdbc;

import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStoreContract;
import io.apiaccess.spi.SecretCipher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The store keeps the contract on every engine. */
@ParameterizedClass
@EnumSource
class JdbcAccessStoreTest extends AccessStoreContract {
    private static final SecretCipher CIPHER = SecretCipher.aesGcm("k", Map.of("k", new byte[32]));

    private final Engine engine;
    private final List<AutoCloseable> opened = new ArrayList<>();

    JdbcAccessStoreTest(Engine engine) {
        this.engine = engine;
    }

    @Override
    protected AccessStore open() {
        TestDatabase database = Databases.withTables(engine);
        TestPool pool = database.pool(8);
        opened.add(pool);
        opened.add(database);
        return JdbcAccessStore.builder(pool).cipher(CIPHER).build();
    }

    @Override
    protected int rounds() {
        return Integer.getInteger("store.rounds", 5);
    }

    @AfterEach
    void dropAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }
}
