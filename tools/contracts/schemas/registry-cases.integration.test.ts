// The registry decides the same cases as our check: it accepts what we accept, and where we refuse more, the case says why.
import { expect, test } from 'vitest';
import { testStack } from '@oms/test-kit';
import { evolutionCases } from './cases/all.ts';
import type { ComplexSchema } from './schema-folder.ts';

const { registryUrl } = testStack();
const run = Date.now();

test.each(evolutionCases.map((one, index) => ({ ...one, subject: `cases-${run}-${index}` })))(
  '$name',
  async ({ subject, versions, field, stricter, differ }) => {
    const [newest, ...earlier] = versions.toReversed();
    // Earlier versions may be incompatible with each other: only the last version is checked.
    for (const version of earlier.toReversed()) await force(subject, version);
    const accepted = await register(subject, newest);
    if (differ && !accepted) return;
    expect(accepted ? 'accepted' : 'refused').toBe(field === null || stricter !== undefined ? 'accepted' : 'refused');
  },
);

async function force(subject: string, version: ComplexSchema): Promise<void> {
  // Apicurio 3.0 answers 404 where there is no rule yet that could go.
  expect([200, 404]).toContain(await configure(subject, 'NONE'));
  expect(await register(subject, version)).toBe(true);
  expect(await configure(subject, 'FULL_TRANSITIVE')).toBe(200);
}

function configure(subject: string, compatibility: string): Promise<number> {
  return ask('PUT', `/config/${subject}`, { compatibility });
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
