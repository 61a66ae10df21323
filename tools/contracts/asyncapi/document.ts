// The AsyncAPI 3 document of all messages, from the contracts and from what the services publish and subscribe to.
import { developmentPorts } from '../../dev/stack/ports.ts';
import { renderChannels } from './channels.ts';
import { readEvents } from './events.ts';
import { bindingVersion, headerSchemas, renderMessages, traits } from './messages.ts';
import { renderOperations } from './operations.ts';
import { readServices, type ServiceMessages } from './services.ts';

const description = [
  'What our services tell each other over Kafka: each message is a fact of one order or one item, in Avro.',
  "The bytes are in Confluent's wire format: byte 0, the schema's id in the registry as a big-endian int32, the Avro body.",
  'Headers are CloudEvents 1.0 in binary mode. A message may come twice: eventId tells.',
].join(' ');

/** Throws Error when a service or a schema names what the contracts do not have. */
export function renderDocument(services: readonly ServiceMessages[] = readServices()): object {
  const events = readEvents(services);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Order management system: messages', version: '0.1.0', description },
    defaultContentType: 'application/vnd.confluent.avro',
    servers: { kafka: server() },
    channels: renderChannels(events),
    operations: renderOperations(services, events),
    components: { messages: renderMessages(events), messageTraits: traits, schemas: headerSchemas },
  };
}

/** The address of Kafka in development. The document is public, so it names no production address. */
function server(): object {
  const { kafka, registry } = developmentPorts({});
  return {
    host: '{broker}',
    protocol: 'kafka',
    variables: { broker: { default: `127.0.0.1:${kafka}`, description: 'A broker; this one is in development.' } },
    bindings: {
      kafka: {
        schemaRegistryUrl: `http://127.0.0.1:${registry}/apis/ccompat/v7`,
        schemaRegistryVendor: 'apicurio',
        bindingVersion,
      },
    },
  };
}
