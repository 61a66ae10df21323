// A record as JSON. What JSON has no type for says its own: {"decimal":"12.50"}, {"time":"2026-11-23T12:00:00.123Z"}, {"uuid":"..."}.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.IndexedRecord;

final class Tagged {
  private static final JsonNodeFactory json = JsonNodeFactory.instance;

  private Tagged() {}

  /** From now on Avro gives and takes BigDecimal, Instant and UUID, not the bytes, long and text that lie on the wire. */
  static void useLogicalTypes() {
    GenericData.get().addLogicalTypeConversion(new Conversions.DecimalConversion());
    GenericData.get().addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    GenericData.get().addLogicalTypeConversion(new Conversions.UUIDConversion());
  }

  /** Throws IllegalArgumentException on a value of any other type, such as the bytes of an amount. */
  static JsonNode of(Object value) {
    if (value == null) return json.nullNode();
    if (value instanceof IndexedRecord fields) return of(fields);
    if (value instanceof Collection<?> items) return of(items);
    if (value instanceof BigDecimal amount) return json.objectNode().put("decimal", amount.toPlainString());
    if (value instanceof Instant time) return json.objectNode().put("time", time.toString());
    if (value instanceof UUID id) return json.objectNode().put("uuid", id.toString());
    if (value instanceof Boolean flag) return json.booleanNode(flag);
    if (value instanceof Integer number) return json.numberNode(number);
    if (value instanceof Long number) return json.numberNode(number);
    if (value instanceof CharSequence || value instanceof GenericEnumSymbol<?>) return json.textNode(value.toString());
    throw new IllegalArgumentException("No rule makes JSON of a " + value.getClass().getName() + ". Add one here.");
  }

  private static ObjectNode of(IndexedRecord fields) {
    ObjectNode object = json.objectNode();
    for (Schema.Field field : fields.getSchema().getFields()) object.set(field.name(), of(fields.get(field.pos())));
    return object;
  }

  private static ArrayNode of(Collection<?> items) {
    ArrayNode array = json.arrayNode();
    for (Object item : items) array.add(of(item));
    return array;
  }
}
