// Reads pieces of topics as a team with Java would, and prints each message as a line of JSON.
// Arguments: the brokers, Apicurio's own API, and pieces as <topic>/<partition>/<from>/<to>, the last offset excluded.

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.serde.Default4ByteIdHandler;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.config.IdOption;
import io.apicurio.registry.serde.config.SerdeConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

public final class ReadTopics {
  private static final Duration patience = Duration.ofSeconds(30);

  public static void main(String[] arguments) {
    Tagged.useLogicalTypes();
    Map<TopicPartition, Long> firsts = new HashMap<>();
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (String argument : List.of(arguments).subList(2, arguments.length)) {
      String[] piece = argument.split("/");
      TopicPartition partition = new TopicPartition(piece[0], Integer.parseInt(piece[1]));
      firsts.put(partition, Long.parseLong(piece[2]));
      ends.put(partition, Long.parseLong(piece[3]));
    }
    try (Consumer<String, GenericRecord> consumer = new KafkaConsumer<>(settings(arguments[0], arguments[1]))) {
      consumer.assign(ends.keySet());
      firsts.forEach(consumer::seek);
      read(consumer, ends);
    }
  }

  private static Map<String, Object> settings(String brokers, String registryUrl) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class,
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, AvroKafkaDeserializer.class,
        SerdeConfig.REGISTRY_URL, registryUrl,
        // Confluent's frame: 4 bytes of id, and the id is the one that the registry gives under its Confluent API.
        SerdeConfig.ID_HANDLER, Default4ByteIdHandler.class.getName(),
        SerdeConfig.USE_ID, IdOption.contentId.name());
  }

  private static void read(Consumer<String, GenericRecord> consumer, Map<TopicPartition, Long> ends) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) throw new IllegalStateException("Waited in vain for messages up to " + ends);
      for (ConsumerRecord<String, GenericRecord> message : consumer.poll(Duration.ofMillis(500))) {
        long end = ends.get(new TopicPartition(message.topic(), message.partition()));
        if (message.offset() < end) System.out.println(lineOf(message));
      }
    }
  }

  private static ObjectNode lineOf(ConsumerRecord<String, GenericRecord> message) {
    Map<String, String> headers = new TreeMap<>();
    message.headers().forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("topic", message.topic()).put("key", message.key());
    headers.forEach(line.putObject("headers")::put);
    line.set("value", Tagged.of(message.value()));
    return line;
  }
}
