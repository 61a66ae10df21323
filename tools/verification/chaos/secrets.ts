// Invariant 9: no address, token or password in any log or metric.

import { readFileSync } from 'node:fs';
import type { Violation } from '../invariants/violation.ts';
import { databaseServices, services } from '../../dev/stack/index.ts';
import { addressMark } from '../harness/menu.ts';
import type { SystemUnderTest } from '../harness/system-under-test.ts';

export async function checkSecrets(system: SystemUnderTest): Promise<Violation[]> {
  const marks: [string, string][] = [
    ['an address', addressMark],
    ['a bearer token', 'eyJ'],
    ...services.map((service): [string, string] => [
      `the client secret of ${service}`,
      system.stack.serviceClient(service).secret,
    ]),
    ...databaseServices.map((service): [string, string] => [
      `the database password of ${service}`,
      `:${new URL(system.stack.databaseUrl(service)).password}@`,
    ]),
  ];
  const violations: Violation[] = [];
  for (const service of services) {
    const texts: [string, string][] = [
      ['log', readFileSync(system.processes.logFile(service), 'utf8')],
      ['metrics', await (await fetch(`${system.processes.managementUrls[service]}/metrics`)).text()],
    ];
    for (const [where, text] of texts) {
      for (const [what, mark] of marks)
        if (text.includes(mark)) violations.push({ invariant: 9, what: `the ${where} of ${service} has ${what}` });
    }
  }
  return violations;
}
