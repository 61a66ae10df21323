// A process that comes by the same place three times.
import { writeSync } from 'node:fs';
import { failpoint } from '../src/failpoint.ts';

for (const step of ['1', '2', '3']) {
  failpoint('relay.after_ack');
  writeSync(1, `${step}\n`);
}
writeSync(1, 'end\n');
