// Too few open files are refused before Kafka starts.
import { expect, test } from 'vitest';
import { refuseFewOpenFiles } from '../open-files.ts';

test('a low limit is refused with the remedy', () => {
  expect(() => refuseFewOpenFiles(256)).toThrow(/may open 256 files here[^]*ulimit -n 4096[^]*--ulimit nofile/);
});

test('the limit of this machine is accepted, and so is an unknown one', () => {
  refuseFewOpenFiles(4_096);
  refuseFewOpenFiles(Infinity);
});
