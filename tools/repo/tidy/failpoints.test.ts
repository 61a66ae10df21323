// Every failpoint of the catalogue is a place in the code, and every place is in the catalogue.
import { describe, expect, test } from 'vitest';
import { failpoints } from '@oms/failpoint/catalogue';
import { read, source } from './repository.ts';

const called = source
  .filter((file) => !file.startsWith('libs/failpoint/'))
  .flatMap((file) =>
    [...read(file).matchAll(/\bfailpoint(?:Soon)?\('([^']+)'\)/g)].map(([, name]) => ({ file, name })),
  );

describe('failpoints', () => {
  test('each of the catalogue is called once', () => {
    expect(called.map(({ name }) => name).toSorted()).toEqual(Object.keys(failpoints).toSorted());
  });

  test('a place of one service is in that service, or in a library', () => {
    const services = Object.entries(failpoints).flatMap(([name, { in: list }]) =>
      list.length === 1 ? [{ name, service: list[0] }] : [],
    );
    const fileOf = (name: string) => called.find((call) => call.name === name)?.file ?? '';
    const wrong = services.filter(
      ({ name, service }) => !fileOf(name).startsWith('libs/') && !fileOf(name).startsWith(`apps/${service}/`),
    );
    expect(wrong).toEqual([]);
  });
});
