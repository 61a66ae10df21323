// A broken rule: its number in the list of invariants, the row and its figures in words, and the ids that its trace is found by.

import type { Invariant } from '../../invariants/violation.ts';

export type Finding = { invariant: Invariant; what: string; about: string[] };

export type Report = (invariant: Invariant, what: string, ...about: string[]) => void;

export function createFindings(): { findings: Finding[]; report: Report } {
  const findings: Finding[] = [];
  return { findings, report: (invariant, what, ...about) => void findings.push({ invariant, what, about }) };
}
