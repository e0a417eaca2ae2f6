package io.apiaccess.admin;

import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** As much of JSON Schema 2020-12 as the published schema uses. */
final class SchemaCheck {
    private static final int MANY = 1_000_000;

    private final Map<String, @Nullable Object> schema;
    private final List<String> faults = new ArrayList<>();

    private SchemaCheck(Map<String, @Nullable Object> schema) {
        this.schema = schema;
    }

    /** Returns where a document is not as the published schema says. */
    static List<String> faults(String document) {
        try (var in = AccessAdmin.class.getResourceAsStream("/io/apiaccess/configuration.schema.json")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            SchemaCheck check = new SchemaCheck(StrictJson.object(text, MANY));
            check.check("", StrictJson.object(document, MANY), check.schema);
            return check.faults;
        } catch (IOException | MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void check(String at, @Nullable Object value, Map<?, ?> rule) {
        if (rule.get("$ref") instanceof String ref) {
            Map<?, ?> defs = (Map<?, ?>) Objects.requireNonNull(schema.get("$defs"));
            check(at, value, (Map<?, ?>) Objects.requireNonNull(defs.get(ref.substring("#/$defs/".length()))));
            return;
        }
        if (rule.get("oneOf") instanceof List<?> ways) {
            long fitting = ways.stream()
                    .filter(way -> {
                        SchemaCheck one = new SchemaCheck(schema);
                        one.check(at, value, (Map<?, ?>) way);
                        return one.faults.isEmpty();
                    })
                    .count();
            require(fitting == 1, at + " is " + fitting + " of the alternatives");
            return;
        }
        require(!rule.containsKey("const") || rule.get("const").equals(value), at + " is not the constant");
        require(!(rule.get("enum") instanceof List<?> values) || values.contains(value), at + " is none of the values");
        if (rule.get("type") instanceof String type) {
            require(isOf(type, value), at + " is no " + type);
        }
        if (value instanceof Map<?, ?> members) {
            members(at, members, rule);
        } else if (value instanceof List<?> elements && rule.get("items") instanceof Map<?, ?> items) {
            for (int i = 0; i < elements.size(); i++) {
                check(at + "/" + i, elements.get(i), items);
            }
        } else if (value instanceof String text && rule.get("pattern") instanceof String pattern) {
            require(Pattern.compile(pattern).matcher(text).find(), at + " is not as the pattern");
        }
    }

    private void members(String at, Map<?, ?> members, Map<?, ?> rule) {
        Map<?, ?> properties = rule.get("properties") instanceof Map<?, ?> map ? map : Map.of();
        if (rule.get("required") instanceof List<?> required) {
            required.forEach(name -> require(members.containsKey(name), at + "/" + name + " is missing"));
        }
        members.forEach((name, value) -> {
            if (properties.get(name) instanceof Map<?, ?> property) {
                check(at + "/" + name, value, property);
            } else if (rule.get("additionalProperties") instanceof Map<?, ?> others) {
                check(at + "/" + name, value, others);
            } else {
                require(rule.get("additionalProperties") == null, at + "/" + name + " is not known");
            }
        });
    }

    private static boolean isOf(String type, @Nullable Object value) {
        return switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof BigDecimal;
            default -> throw new AssertionError(type);
        };
    }

    private void require(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }
}
