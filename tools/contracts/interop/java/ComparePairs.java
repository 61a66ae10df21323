// Says of pairs of schemas what Avro's Java library says: whether a reader can read what a writer writes, and, given bytes, what it reads.
// Argument: a file with a line of JSON for each pair: {"writer": ..., "reader": ..., "hex": "..."}, where `hex`, bytes of the writer, may be
// absent. Prints a line for each: {"compatible": ..., "hex": ..., "problem": ...}; `hex` is what was read, written with the reader's schema.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

public final class ComparePairs {
  public static void main(String[] arguments) throws IOException {
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      JsonNode pair = json.readTree(line);
      System.out.println(json.writeValueAsString(compare(pair)));
    }
  }

  private static ObjectNode compare(JsonNode pair) throws IOException {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    try {
      Schema writer = new Schema.Parser().parse(pair.get("writer").toString());
      Schema reader = new Schema.Parser().parse(pair.get("reader").toString());
      SchemaCompatibilityType type = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
      said.put("compatible", type == SchemaCompatibilityType.COMPATIBLE);
      if (pair.has("hex")) said.put("hex", read(writer, reader, HexFormat.of().parseHex(pair.get("hex").asText())));
    } catch (AvroRuntimeException error) {
      if (!said.has("compatible")) said.put("compatible", false);
      said.put("problem", String.valueOf(error.getMessage()));
    }
    return said;
  }

  private static String read(Schema writer, Schema reader, byte[] bytes) throws IOException {
    Object value =
        new GenericDatumReader<>(writer, reader).read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(reader).write(value, encoder);
    encoder.flush();
    return HexFormat.of().formatHex(out.toByteArray());
  }
}
