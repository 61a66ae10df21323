// Variables that no config.ts reads: those of libraries, of the development stack, of commands, and those between our own processes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { developmentPorts, portVariable, type AllPorts } from '../../dev/stack/ports.ts';
import { externalVariables } from '../../dev/stack/external.ts';

/** `variables` are name, what it is, and what counts unless it is set. */
export type Part = {
  title: string;
  about: string;
  variables: readonly (readonly [name: string, what: string, fallback?: string])[];
};

const ports = Object.entries(developmentPorts({})) as [keyof AllPorts, number][];
const compose = readFileSync(join(root, 'docker/compose.yaml'), 'utf8');
/** `${OMS_PORT_GRAFANA:-3010}` */
const inCompose = [
  ...new Map([...compose.matchAll(/\$\{(OMS_\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value])),
];
const named = new Set(['OMS_IMAGES', 'OMS_TAG', 'OMS_IMAGE_NODE', ...ports.map(([name]) => portVariable(name))]);

export const parts: readonly Part[] = [
  {
    title: 'Traces',
    about:
      'Of every service, and by the names that OpenTelemetry gives them: [observability.md](observability.md). Others of OpenTelemetry work, too.',
    variables: [
      ['OTEL_EXPORTER_OTLP_ENDPOINT', 'a collector that takes OTLP over HTTP; nothing is traced without it'],
      ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'the same, with the path, for traces alone'],
      ['OTEL_SDK_DISABLED', '`true`: no traces, whatever else is set'],
      ['OTEL_SERVICE_NAME', "under which name, the service's own unless set"],
      ['OTEL_RESOURCE_ATTRIBUTES', 'what else is to be known of where it runs: `name=value`, separated by commas'],
      ['OTEL_TRACES_SAMPLER', 'which traces are kept, such as `parentbased_traceidratio`; all unless set'],
      ['OTEL_TRACES_SAMPLER_ARG', 'how many of them: `0.05`'],
      ['OTEL_BSP_SCHEDULE_DELAY', 'how many milliseconds spans wait for others before they leave', '5000'],
    ],
  },
  {
    title: 'Node',
    about: 'Of every service and program.',
    variables: [
      [
        'NODE_EXTRA_CA_CERTS',
        'file (PEM) of further authorities, for whatever is spoken to by TLS: issuer, registry, channels, PostgreSQL',
      ],
      ['NODE_OPTIONS', "Node's own flags, such as `--max-old-space-size=256`"],
    ],
  },
  {
    title: 'Development stack',
    about:
      'Of `npm start`, `npm test` and whatever else starts a stack. Compose (`npm run stack:containers`) reads the ports, too.',
    variables: [
      ['OMS_STACK', 'who runs PostgreSQL, Kafka and the registry: `embedded`, `containers` or `external`', 'embedded'],
      ['OMS_DATA', 'where the data of `npm start` lies', '.data/dev'],
      ...ports.map(([name, port]) => [portVariable(name), `port of ${wordsOf(name)}`, String(port)] as const),
    ],
  },
  {
    title: '`OMS_STACK=external`',
    about:
      'The parts are there already; our databases and roles are made on that PostgreSQL. Kafka is spoken to in plain text.',
    variables: Object.entries(externalVariables),
  },
  {
    title: 'Containers and images',
    about:
      'Of `OMS_STACK=containers`, `npm run images`, `npm run stack:containers` and `npm run test:k8s`. `COMPOSE_PROFILES` names what else compose starts: `observability`, `tools`.',
    variables: [
      ['OMS_IMAGES', 'registry and path before the name of a service', 'oms'],
      ['OMS_TAG', 'after it', 'latest'],
      ['OMS_IMAGE_NODE', 'what the images stand on', 'node:24-bookworm-slim'],
      ...inCompose.filter(([name]) => !named.has(name)).map(([name, value]) => [name, whatIs(name), value] as const),
      ['OMS_K8S_LOAD', 'the command by which an image comes into the cluster, such as `kind load docker-image`'],
    ],
  },
  {
    title: 'Commands',
    about: 'Of `npm run oms`, whose options say the same, and of the demo.',
    variables: [
      ['OMS_GATEWAY_URL', 'the gateway', 'the system that npm start runs here, else http://127.0.0.1:3000'],
      ['OMS_ISSUER_URL', 'the development issuer', 'the system that npm start runs here, else http://127.0.0.1:3005'],
      ['OMS_TOKEN', 'a bearer token, instead of one of the development issuer'],
    ],
  },
  {
    title: 'Between our own processes',
    about: 'Nobody sets these by hand, but for the first in a fault run.',
    variables: [
      [
        'FAILPOINT',
        'the named place where a process dies, and how often it comes by there until then: `relay.after_ack:3`. Not in bundles that ship',
      ],
      ['OMS_PARENT_PIPE', '`1`: ends with the process that started it'],
      ['OMS_BOOTSTRAP', 'who started the tool'],
      ['OMS_TEST_STACK', 'where the parts are that `npm test` has started'],
    ],
  },
];

/** OMS_PORT_KAFKA_UI: port of kafka ui */
function whatIs(variable: string): string {
  const [, kind = '', ...of] = variable.toLowerCase().split('_');
  return `${kind} of ${of.join(' ')}`;
}

/** `kafkaController` in words. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
