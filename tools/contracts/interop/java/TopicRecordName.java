// The subject that a message's schema has: <topic>-<record name with its namespace>, which Confluent calls TopicRecordNameStrategy.
// Apicurio's own TopicRecordIdStrategy means another place: <topic>-<record name> in a group named for the namespace.

import io.apicurio.registry.resolver.ParsedSchema;
import io.apicurio.registry.resolver.data.Record;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.resolver.strategy.ArtifactReferenceResolverStrategy;
import io.apicurio.registry.serde.data.SerdeRecord;
import org.apache.avro.Schema;

public final class TopicRecordName implements ArtifactReferenceResolverStrategy<Schema, Object> {
  @Override
  public ArtifactReference artifactReference(Record<Object> message, ParsedSchema<Schema> schema) {
    String topic = ((SerdeRecord<Object>) message).metadata().getTopic();
    String subject = topic + "-" + schema.getParsedSchema().getFullName();
    // What is registered by Confluent's API lies in this group.
    return ArtifactReference.builder().groupId("default").artifactId(subject).build();
  }
}
