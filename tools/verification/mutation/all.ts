// Every mutant, by the part of the system that it breaks.
import type { Mutant } from './mutant.ts';
import { mutantsOfMessages } from './of-messages.ts';
import { mutantsOfOrders } from './of-orders.ts';
import { mutantsOfReaders } from './of-readers.ts';
import { mutantsOfRecovery } from './of-recovery.ts';
import { mutantsOfStock } from './of-stock.ts';
import { mutantsOfStreams } from './of-streams.ts';

export const mutants: readonly Mutant[] = [
  ...mutantsOfStock,
  ...mutantsOfOrders,
  ...mutantsOfMessages,
  ...mutantsOfReaders,
  ...mutantsOfRecovery,
  ...mutantsOfStreams,
];
