// The registry judges the same cases as our check: what we let through it lets through, and where we refuse more, the case says why.
import { expect, test } from 'vitest';
import { testStack } from '@oms/test-kit';
import { evolutionCases } from './cases/all.ts';
import type { ComplexSchema } from './schema-folder.ts';

const { registryUrl } = testStack();
const run = Date.now();

test.each(evolutionCases.map((one, index) => ({ ...one, subject: `verdicts-${run}-${index}` })))(
  '$name',
  async ({ subject, versions, field, stricter }) => {
    const [newest, ...earlier] = versions.toReversed();
    // what is there already may not be fit to be there: only the last version is judged
    for (const version of earlier.toReversed()) await force(subject, version);
    const accepted = await register(subject, newest);
    expect(accepted ? 'accepted' : 'refused').toBe(field === null || stricter !== undefined ? 'accepted' : 'refused');
  },
);

async function force(subject: string, version: ComplexSchema): Promise<void> {
  await configure(subject, 'NONE');
  expect(await register(subject, version)).toBe(true);
  await configure(subject, 'FULL_TRANSITIVE');
}

async function configure(subject: string, compatibility: string): Promise<void> {
  expect(await ask('PUT', `/config/${subject}`, { compatibility })).toBe(200);
}

/** 409 is an incompatible schema, 422 one that the registry can't make sense of, such as a default of another type. */
async function register(subject: string, version: ComplexSchema | undefined): Promise<boolean> {
  const status = await ask('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(version) });
  expect([200, 409, 422]).toContain(status);
  return status === 200;
}

async function ask(method: string, path: string, body: unknown): Promise<number> {
  const response = await fetch(`${registryUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}
