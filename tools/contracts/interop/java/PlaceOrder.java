// Says ORDER_PLACED and NEW_ORDER of one order as a team with Java would, and prints each message as a line of JSON.
// Arguments: the brokers, Apicurio's own API, and the folder of the schemas.

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.serde.Default4ByteIdHandler;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apicurio.registry.serde.config.IdOption;
import io.apicurio.registry.serde.config.SerdeConfig;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

public final class PlaceOrder {
  private static final UUID orderId = UUID.randomUUID();
  private static final UUID customerId = UUID.randomUUID();
  private static final List<UUID> itemIds = List.of(UUID.randomUUID(), UUID.randomUUID());
  // A moment of its own, by which the figures of this order can be asked for.
  private static final Instant occurredAt = Instant.parse("2035-01-01T00:00:00Z").plusMillis((long) (Math.random() * 1e11));

  public static void main(String[] arguments) throws Exception {
    Tagged.useLogicalTypes();
    Path schemas = Path.of(arguments[2]);
    GenericRecord placed = orderOf(newest(schemas, "order-events/order-placed"), "ORDER_PLACED");
    placed.put("deliveryAddress", addressOf(placed.getSchema().getField("deliveryAddress").schema()));
    placed.put("promisedDeliveryAt", occurredAt.plusSeconds(45 * 60));
    GenericRecord newOrder = orderOf(newest(schemas, "analytics-events/new-order"), "NEW_ORDER");
    try (Producer<String, GenericRecord> producer = new KafkaProducer<>(settings(arguments[0], arguments[1]))) {
      send(producer, "order-events", placed);
      send(producer, "analytics-events", newOrder);
    }
  }

  private static Map<String, Object> settings(String brokers, String registryUrl) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, AvroKafkaSerializer.class);
    settings.put(SerdeConfig.REGISTRY_URL, registryUrl);
    // The id is found by the schema's own content: one that is not registered is an error, and nothing is registered from here.
    settings.put(SerdeConfig.ARTIFACT_RESOLVER_STRATEGY, TopicRecordName.class.getName());
    settings.put(SerdeConfig.AUTO_REGISTER_ARTIFACT, false);
    // Whole, as it was registered, and not cut into a schema for each record; and whatever the order and spaces of its text.
    settings.put(SerdeConfig.DEREFERENCE_SCHEMA, true);
    settings.put(SerdeConfig.CANONICALIZE, true);
    settings.put(SerdeConfig.ID_HANDLER, Default4ByteIdHandler.class.getName());
    settings.put(SerdeConfig.USE_ID, IdOption.contentId.name());
    return settings;
  }

  /** The file of the event's highest version. Versions have no gaps. */
  private static Path newest(Path schemas, String event) {
    int version = 1;
    while (Files.exists(schemas.resolve(event + ".v" + (version + 1) + ".avsc"))) version += 1;
    return schemas.resolve(event + ".v" + version + ".avsc");
  }

  private static GenericRecord orderOf(Path schemaFile, String eventType) throws IOException {
    Schema schema = new Schema.Parser().parse(schemaFile.toFile());
    Schema itemSchema = schema.getField("items").schema().getElementType();
    GenericRecord order = new GenericData.Record(schema);
    order.put("eventId", UUID.randomUUID());
    order.put("eventType", new GenericData.EnumSymbol(schema.getField("eventType").schema(), eventType));
    order.put("occurredAt", occurredAt);
    order.put("aggregateId", orderId);
    order.put("aggregateVersion", 1L);
    order.put("customerId", customerId);
    order.put("totalAmount", new BigDecimal("1234.57"));
    order.put("items", List.of(
        lineOf(itemSchema, itemIds.get(0), "Crème brûlée 🍮", 3, "327.68", "983.04"),
        lineOf(itemSchema, itemIds.get(1), "Rāmen", 1, "251.53", "251.53")));
    return order;
  }

  private static GenericRecord lineOf(Schema schema, UUID itemId, String name, int quantity, String price, String total) {
    GenericRecord line = new GenericData.Record(schema);
    line.put("itemId", itemId);
    line.put("itemName", name);
    line.put("quantity", quantity);
    line.put("unitPrice", new BigDecimal(price));
    line.put("lineTotal", new BigDecimal(total));
    return line;
  }

  private static GenericRecord addressOf(Schema schema) {
    GenericRecord address = new GenericData.Record(schema);
    address.put("line1", "Rua da Saudade 7");
    address.put("line2", "3.º esq.");
    address.put("city", "Lisboa");
    address.put("postalCode", "1100-148");
    address.put("country", "PT");
    return address;
  }

  private static void send(Producer<String, GenericRecord> producer, String topic, GenericRecord value) throws Exception {
    ProducerRecord<String, GenericRecord> message = new ProducerRecord<>(topic, orderId.toString(), value);
    Map<String, Object> cloudEvent = Map.of(
        "ce_specversion", "1.0",
        "ce_id", value.get("eventId"),
        "ce_source", "/java",
        "ce_type", value.get("eventType"),
        "ce_time", value.get("occurredAt"),
        "ce_subject", value.get("aggregateId"),
        "ce_datacontenttype", "application/vnd.confluent.avro",
        "ce_aggregateversion", value.get("aggregateVersion"));
    cloudEvent.forEach((name, said) -> message.headers().add(name, said.toString().getBytes(StandardCharsets.UTF_8)));
    producer.send(message).get();
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("topic", topic).put("key", message.key());
    System.out.println(line.set("value", Tagged.of(value)));
  }
}
