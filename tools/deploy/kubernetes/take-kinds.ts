// Writes kinds/*.json: how the API server that kubectl points at describes the kinds we use, for kubeconform, which then needs no network.
// The operators' kinds are described by it once their CustomResourceDefinitions are applied. Run it for a newer Kubernetes:
//   node tools/deploy/kubernetes/take-kinds.ts
// KafkaUser and TriggerAuthentication were written by hand, with the fields that we use: no such cluster was there.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from '../../dev/command/run.ts';

type Schema = { [key: string]: unknown; properties?: Record<string, Schema> };
type Document = { components: { schemas: Record<string, Schema> } };

const kinds: Record<string, string[]> = {
  'api/v1': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
  'apis/apps/v1': ['Deployment'],
  'apis/batch/v1': ['Job'],
  'apis/policy/v1': ['PodDisruptionBudget'],
  'apis/networking.k8s.io/v1': ['NetworkPolicy', 'Ingress'],
  'apis/autoscaling/v2': ['HorizontalPodAutoscaler'],
  'apis/gateway.networking.k8s.io/v1': ['HTTPRoute'],
  'apis/keda.sh/v1alpha1': ['ScaledObject', 'TriggerAuthentication'],
  'apis/monitoring.coreos.com/v1': ['PrometheusRule', 'ServiceMonitor'],
  'apis/kafka.strimzi.io/v1': ['Kafka', 'KafkaNodePool', 'KafkaTopic', 'KafkaUser'],
  'apis/postgresql.cnpg.io/v1': ['Cluster'],
  'apis/registry.apicur.io/v1': ['ApicurioRegistry3'],
};
const folder = join(import.meta.dirname, 'kinds');
mkdirSync(folder, { recursive: true });

for (const [path, names] of Object.entries(kinds)) {
  const document = JSON.parse(await outputOf('kubectl', ['get', '--raw', `/openapi/v3/${path}`])) as Document;
  for (const name of names) {
    const suffix = path.replace(/^apis?\//, '').replace(/^([^./]+)[^/]*\//, '$1-');
    writeFileSync(
      join(folder, `${name.toLowerCase()}-${suffix}.json`),
      `${JSON.stringify(standalone(document, name))}\n`,
    );
  }
}

/** The kind's schema with all that it refers to, where a field that is not described is an error. */
function standalone({ components: { schemas } }: Document, kind: string): Schema {
  const entry = Object.entries(schemas).find(([, schema]) =>
    (schema['x-kubernetes-group-version-kind'] as { kind: string }[] | undefined)?.some((one) => one.kind === kind),
  );
  if (!entry) throw new Error(`The API server does not describe ${kind}. Are its CustomResourceDefinitions applied?`);
  const definitions: Record<string, Schema> = {};
  const add = (name: string) => {
    if (definitions[name]) return;
    definitions[name] = {};
    definitions[name] = strict(schemas[name] ?? {}, add);
  };
  const { status: _status, ...properties } = entry[1].properties ?? {};
  return { ...strict({ ...entry[1], properties }, add), definitions };
}

function strict(schema: Schema, add: (name: string) => void): Schema {
  // Some of the operators' kinds hold a field of either sort, which only this word tells.
  if (schema['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const kept = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (/^(x-|description$|default$|example$|format$)/.test(key)) return [];
    if (key === '$ref') {
      const name = String(value).split('/').at(-1) ?? '';
      add(name);
      return [[key, `#/definitions/${name}`]];
    }
    if (key === 'properties')
      return [[key, Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, inner(one)]))]];
    return [[key, inner(value)]];
  });
  const closed = schema.properties && !('additionalProperties' in schema) && !isOpen;
  return { ...Object.fromEntries(kept), ...(closed && { additionalProperties: false }) };

  function inner(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(inner);
    return typeof value === 'object' && value !== null ? strict(value as Schema, add) : value;
  }
}
