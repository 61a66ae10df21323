// A recover program whose discrepancies come from the environment.
import { recoverProgram } from '../src/recover-program.ts';

await recoverProgram('small', (_settings, { moment, since, fix }) => {
  const kinds = (process.env['FINDS'] ?? '').split(' ').filter(Boolean);
  const early = `${(moment.getTime() - since.getTime()) / 60_000} minutes before`;
  return Promise.resolve({
    read: 7,
    discrepancies: kinds.map((kind) => ({
      kind,
      id: 'x',
      found: 'a',
      expected: early,
      remedy: 'c',
      fixed: fix && kind !== 'LEFT',
    })),
  });
});
