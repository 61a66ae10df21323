// Renders a release with Helm, and validates it with Helm and kubeconform.

import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import type { Service } from '../../dev/stack/services.ts';
import { chart, valuesOf } from './chart.ts';
import { outputOf, run } from '../../dev/command/run.ts';

/** The OpenAPI definitions of a real API server, and of the operators' own kinds: take-kinds.ts brought them here. */
const kinds = join(root, 'tools/deploy/kubernetes/kinds/{{.ResourceKind}}{{.KindSuffix}}.json');

type RenderOptions = { helm: string; service: Service; more?: readonly string[] };

/** What every deployment has to say itself. */
const example = ['--set', 'issuer.url=https://id.example.com'];

/** Manifests. Throws Error with Helm's words, which name the value that is wrong. */
export function render({ helm, service, more = [] }: RenderOptions): Promise<string> {
  const values = ['--values', valuesOf(service), ...example, ...more];
  return outputOf(helm, ['template', service, chart, '--namespace', 'oms', ...values]);
}

export function lint({ helm, service, more = [] }: RenderOptions): Promise<string> {
  return outputOf(helm, ['lint', '--strict', chart, '--values', valuesOf(service), ...example, ...more]);
}

/** What kubeconform finds wrong, a line each; nothing if the manifests are as the API server wants them, to the last field. */
export async function violationsOf(kubeconform: string, manifests: string): Promise<string[]> {
  const args = ['-strict', '-summary', '-schema-location', kinds, '-'];
  const { out, err, code } = await run(kubeconform, args, { input: manifests });
  const lines = `${out}${err}`.split('\n').filter(Boolean);
  return code === 0 ? [] : lines;
}
