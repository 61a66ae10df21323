// Invariant 9: no address, token or password in any log or metric.

import { readFileSync } from 'node:fs';
import type { Finding } from '../invariants/violation.ts';
import { databaseServices, services } from '../../dev/stack/index.ts';
import { addressMark } from '../harness/menu.ts';
import type { Town } from '../harness/system-under-test.ts';

export async function checkSecrets(town: Town): Promise<Finding[]> {
  const marks: [string, string][] = [
    ['an address', addressMark],
    ['a bearer token', 'eyJ'],
    ...services.map((service): [string, string] => [
      `the client secret of ${service}`,
      town.stack.serviceClient(service).secret,
    ]),
    ...databaseServices.map((service): [string, string] => [
      `the database password of ${service}`,
      `:${new URL(town.stack.databaseUrl(service)).password}@`,
    ]),
  ];
  const findings: Finding[] = [];
  for (const service of services) {
    const texts: [string, string][] = [
      ['log', readFileSync(town.victims.logFile(service), 'utf8')],
      ['metrics', await (await fetch(`${town.victims.urls[service]}/metrics`)).text()],
    ];
    for (const [where, text] of texts) {
      for (const [what, mark] of marks)
        if (text.includes(mark)) findings.push({ invariant: 9, what: `the ${where} of ${service} has ${what}` });
    }
  }
  return findings;
}
