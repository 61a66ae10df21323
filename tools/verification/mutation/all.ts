// Every mutant of the house, service by service.
import type { Mutant } from './mutant.ts';
import { mutantsOfMessages } from './of-messages.ts';
import { mutantsOfOrders } from './of-orders.ts';
import { mutantsOfReaders } from './of-readers.ts';
import { mutantsOfRecovery } from './of-recovery.ts';
import { mutantsOfStock } from './of-stock.ts';

export const mutants: readonly Mutant[] = [
  ...mutantsOfStock,
  ...mutantsOfOrders,
  ...mutantsOfMessages,
  ...mutantsOfReaders,
  ...mutantsOfRecovery,
];
