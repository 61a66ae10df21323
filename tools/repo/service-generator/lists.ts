// The lists that a service must be in, each with the place where it goes in.
import { replaced } from './tree-text.ts';

export type Entry = { name: string; doc: string; port: number; reads: readonly string[] };
type Added = (text: string, entry: Entry) => string;

/** By path. Those that are folders of their own, and what is made from lists, follow by themselves. */
export const lists: Readonly<Record<string, Added>> = {
  'tools/dev/stack/services.ts': (text, { name, port }) =>
    replaced(
      text,
      /\n\} as const satisfies/,
      `\n  ${name}: { port: ${port}, deadLetters: '/v1/${name}/dead-letters' },\n} as const satisfies`,
    ),
  'libs/contracts/src/topics.ts': (text, { name, reads }) =>
    reads.reduce(
      (so, topic) =>
        replaced(so, new RegExp(`('${topic}': \\{[^}]*?readBy: \\[)([^\\]]*?),?\\s*\\]`), `$1$2, '${name}']`).replace(
          `readBy: [, '${name}']`,
          `readBy: ['${name}']`,
        ),
      text,
    ),
  'apps/gateway/src/http/routes.ts': (text, { name }) =>
    replaced(text, /\n\} as const;/, `\n  ${name}: ['/v1/${name}'],\n} as const;`),
  'apps/gateway/src/config.ts': (text, { name }) =>
    afterLast(
      afterLast(text, /^ {2}\w+_URL: address\('\w+'\),\n/gm, `  ${name.toUpperCase()}_URL: address('${name}'),\n`),
      /^ {2}\w+_MANAGEMENT_URL: managementAddress\('\w+'\),\n/gm,
      `  ${name.toUpperCase()}_MANAGEMENT_URL: managementAddress('${name}'),\n`,
    ),
  'tools/verification/journey/roles-by-routes.ts': (text, { name }) =>
    replaced(text, /\n( {2}\.\.\.Object\.fromEntries\()/, `\n  'GET /v1/${name}/received/{id}': workers,\n$1`),
  'ARCHITECTURE.md': (text, { name, doc }) =>
    replaced(text, /\n {4}libs\/\n/, `\n      ${`${name}/`.padEnd(15)} ${inPassing(doc)}\n    libs/\n`),
  'README.md': (text, { name }) =>
    replaced(text, /(\[\w+\]\(apps\/\w+\/README\.md\))( +\|\n)/, `$1, [${name}](apps/${name}/README.md)$2`),
  'docker/compose.yaml': (text, entry) => partsOf(entry).reduce((so, [what, by]) => replaced(so, what, by), text),
  'docker/prometheus.yml': (text, { name }) => replaced(text, /(targets:\s+\[[^\]]*?),?\s*\]/, `$1, '${name}:3100']`),
  'k8s/values/gateway.yaml': (text, { name }) => replaced(text, /^(calls:\s+\[[^\]]*?),?\s*\]/m, `$1, ${name}]`),
  'k8s/chart/values.schema.json': (text, { name }) =>
    replaced(text, /("enum":\s+\[\s*"gateway",[^\]]*?),?\s*\]/g, `$1, "${name}"]`),
  'k8s/README.md': (text, { name }) => replaced(text, /(for service in .*) gateway;/, `$1 ${name} gateway;`),
  'k8s/first-try/secrets.yaml': (text, { name }) =>
    afterLast(
      text,
      /^metadata: \{ name: \w+-database-app \}\nstringData: .*\n---\n/gm,
      `apiVersion: v1
kind: Secret
metadata: { name: ${name}-database-app }
stringData: { uri: 'postgres://oms_${name}:oms_${name}@postgres:5432/oms_${name}' }
---
`,
    ),
  'k8s/operators/postgres.yaml': (text, { name }) => {
    const [one = ''] = /apiVersion[^]*?\n---\n/.exec(text) ?? [];
    const ofName = one
      .replace(/\w+(?=-database \})/, name)
      .replace(/database: \w+, owner: \w+/, `database: ${name}, owner: ${name}`);
    return replaced(text, /apiVersion: \S+\nkind: Cluster\nmetadata: \{ name: registry-database \}/, `${ofName}$&`);
  },
};

/** Its database, its address at the gateway, which waits for it, itself, and its migrations. */
function partsOf({ name, port }: Entry): [what: RegExp, by: string][] {
  const database = `  ${name}: &${name}-database { DATABASE_URL: 'postgres://oms_${name}:oms_${name}@postgres:5432/oms_${name}' }`;
  const service = `  ${name}:
    <<: *service
    image: &${name}-image \${OMS_IMAGES:-oms}/${name}:\${OMS_TAG:-latest}
    build: { <<: *build, args: { <<: *base, SERVICE: ${name} } }
    environment: { <<: [*identity, *messages, *${name}-database] }
    ports:
      - 127.0.0.1:\${OMS_PORT_${name.toUpperCase()}:-${port}}:3000
      - 127.0.0.1:\${OMS_PORT_${name.toUpperCase()}_MANAGEMENT:-${port + 100}}:3100
    depends_on:
      ${name}-migrate: { condition: service_completed_successfully }
      contracts: { condition: service_completed_successfully }
      issuer: { condition: service_healthy }
`;
  const migrate = `  ${name}-migrate:
    <<: *once
    image: *${name}-image
    command: [migrate]
    environment: *${name}-database
    depends_on: *after-databases
`;
  return [
    [/\n\nx-build:/, `\n${database}$&`],
    [
      /\n {2}gateway:\n[^]*?(?=\n {4}ports:)/,
      `$&\n      ${name.toUpperCase()}_URL: http://${name}:3000\n      ${name.toUpperCase()}_MANAGEMENT_URL: http://${name}:3100`,
    ],
    [/\n {2}gateway:\n[^]*?depends_on:(\n {6}.+)+/, `$&\n      ${name}: { condition: service_healthy }`],
    [/\n {2}\w+-migrate:\n/, `\n${service}$&`],
    [/\n {2}contracts:\n/, `\n${migrate}$&`],
  ];
}

function afterLast(text: string, what: RegExp, added: string): string {
  const last = [...text.matchAll(what)].at(-1);
  const end = last === undefined ? undefined : last.index + last[0].length;
  return end === undefined ? replaced(text, what, added) : text.slice(0, end) + added + text.slice(end);
}

/** "Brings orders." in the middle of a list: brings orders */
function inPassing(doc: string): string {
  return doc.replace(/\.$/, '').replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
}
