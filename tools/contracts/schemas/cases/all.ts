// All ways to change a contract that are checked twice: by our check, and by the registry itself.
import type { EvolutionCase } from './evolution-case.ts';
import { fieldCases } from './fields.ts';
import { nameCases } from './names.ts';
import { typeCases } from './types.ts';

export const evolutionCases: readonly EvolutionCase[] = [...fieldCases, ...typeCases, ...nameCases];
