// Who is admitted to a service, in which order, and who is refused.
import { expect, test } from 'vitest';
import { createAdmission, type Admission, type RequestKind, type ShedReason } from '../src/http/admission.ts';

type Shedding = { kind: RequestKind | 'body'; reason: ShedReason };

function admissionOf(limits: { connectionsMax?: number; callerConnectionsMax?: number; callerWaitsMax?: number }) {
  const shed: Shedding[] = [];
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const admission: Admission = createAdmission(
    'order',
    {
      connectionsMax: 4,
      callerConnectionsMax: 4,
      waitsMax: 4,
      callerWaitsMax: 2,
      streamsMax: 3,
      callerStreamsMax: 2,
      ...limits,
    },
    ({ kind, reason }) => shed.push({ kind, reason }),
  );
  const enter = (name: string, { caller = 'ann', kind = 'change' }: { caller?: string; kind?: RequestKind } = {}) => {
    ends.set(name, admission.enter({ caller, kind, route: '/v1/orders', start: () => started.push(name) }));
  };
  const end = (name: string) => ends.get(name)?.();
  return { admission, enter, end, started, shed };
}

test('a request starts at once while there are connections, and the next when one is free', () => {
  const { enter, end, started } = admissionOf({ connectionsMax: 2 });
  for (const name of ['a', 'b', 'c']) enter(name);
  expect(started).toEqual(['a', 'b']);
  end('a');
  expect(started).toEqual(['a', 'b', 'c']);
});

test('callers take turns: who has many requests waiting does not delay who has one', () => {
  const { enter, end, started } = admissionOf({ connectionsMax: 1, callerConnectionsMax: 1 });
  enter('ann 1', { caller: 'ann' });
  for (const name of ['ann 2', 'ann 3', 'ann 4']) enter(name, { caller: 'ann' });
  enter('ben 1', { caller: 'ben' });
  end('ann 1');
  expect(started).toEqual(['ann 1', 'ben 1']);
  end('ben 1');
  expect(started).toEqual(['ann 1', 'ben 1', 'ann 2']);
});

test('one caller never has more connections than its share, while others use the rest', () => {
  const { enter, end, started } = admissionOf({ callerConnectionsMax: 2 });
  for (const name of ['ann 1', 'ann 2', 'ann 3']) enter(name, { caller: 'ann' });
  enter('ben 1', { caller: 'ben' });
  expect(started).toEqual(['ann 1', 'ann 2', 'ben 1']);
  end('ben 1');
  expect(started).toHaveLength(3);
  end('ann 1');
  expect(started).toEqual(['ann 1', 'ann 2', 'ben 1', 'ann 3']);
});

test('lists use half of the connections, and changes are served before them', () => {
  const { enter, end, started } = admissionOf({});
  for (const name of ['list 1', 'list 2', 'list 3']) enter(name, { kind: 'list' });
  for (const name of ['change 1', 'change 2', 'change 3']) enter(name);
  expect(started).toEqual(['list 1', 'list 2', 'change 1', 'change 2']);
  end('list 1');
  expect(started.at(-1)).toBe('change 3');
  for (const name of ['change 1', 'change 2', 'change 3', 'list 2']) end(name);
  expect(started.at(-1)).toBe('list 3');
});

test('the queue is full for lists before it is for changes', () => {
  const { enter, shed } = admissionOf({ connectionsMax: 4, callerConnectionsMax: 1 });
  const callers = (kind: RequestKind, count: number) => {
    for (let i = 0; i < count; i += 1) enter(`${kind} ${i}`, { caller: `${kind} ${i}`, kind });
  };
  callers('list', 2 + 8);
  expect(() => callers('list', 1)).toThrow('too many requests at the moment');
  callers('change', 2 + 24);
  expect(() => enter('one more')).toThrow('too many requests at the moment');
  expect(shed).toEqual([
    { kind: 'list', reason: 'capacity' },
    { kind: 'change', reason: 'capacity' },
  ]);
});

test('the requests of one caller that wait are bounded, and so are its long ones', () => {
  const { enter, shed } = admissionOf({ connectionsMax: 4, callerConnectionsMax: 1 });
  for (let i = 0; i < 1 + 4; i += 1) enter(`change ${i}`);
  expect(() => enter('one more')).toThrow('More than 4 requests to the order service are waiting');
  for (const name of ['wait 1', 'wait 2']) enter(name, { kind: 'wait' });
  expect(() => enter('wait 3', { kind: 'wait' })).toThrow('More than 2 long requests');
  enter('wait of another', { caller: 'ben', kind: 'wait' });
  expect(shed).toEqual([
    { kind: 'change', reason: 'caller' },
    { kind: 'wait', reason: 'caller' },
  ]);
});

test('long requests use no connection of the others', () => {
  const { enter, started } = admissionOf({ connectionsMax: 1, callerWaitsMax: 4 });
  for (const name of ['wait 1', 'wait 2', 'wait 3', 'wait 4']) enter(name, { kind: 'wait' });
  enter('change');
  expect(started.at(-1)).toBe('change');
  expect(() => enter('wait 5', { caller: 'ben', kind: 'wait' })).toThrow('too many requests at the moment');
});

test('event streams have limits of their own: they take nothing of other requests, and those nothing of theirs', () => {
  const { admission, enter, end, shed } = admissionOf({ connectionsMax: 1 });
  enter('change');
  for (const name of ['wait 1', 'wait 2']) enter(name, { kind: 'wait' });
  for (const name of ['stream 1', 'stream 2']) enter(name, { kind: 'stream' });
  expect(admission.state()).toMatchObject({ change: 1, wait: 2, stream: 2, waiting: 0 });
  expect(() => enter('stream 3', { kind: 'stream' })).toThrow('More than 2 event streams');
  enter('stream 3', { kind: 'stream', caller: 'ben' });
  expect(() => enter('stream 4', { kind: 'stream', caller: 'eve' })).toThrow('too many requests at the moment');
  expect(shed).toEqual([
    { kind: 'stream', reason: 'caller' },
    { kind: 'stream', reason: 'capacity' },
  ]);
  end('stream 1');
  enter('stream 4', { kind: 'stream', caller: 'eve' });
});

test('a request that ends while it waits is never started, and ending twice is the same as once', () => {
  const { admission, enter, end, started } = admissionOf({ connectionsMax: 1 });
  for (const name of ['a', 'b', 'c']) enter(name);
  end('b');
  end('b');
  end('a');
  end('a');
  expect(started).toEqual(['a', 'c']);
  end('c');
  expect(admission.state()).toEqual({ change: 0, read: 0, list: 0, wait: 0, stream: 0, waiting: 0 });
});

test('thousands of requests that end as soon as they begin leave nothing behind', () => {
  const admission = createAdmission(
    'order',
    {
      connectionsMax: 1_000,
      callerConnectionsMax: 1_000,
      waitsMax: 1,
      callerWaitsMax: 1,
      streamsMax: 1,
      callerStreamsMax: 1,
    },
    () => {},
  );
  const change = (caller: string, start: () => void) =>
    admission.enter({ caller, kind: 'change', route: '/v1/orders', start });
  const first = Array.from({ length: 1_000 }, () => change('ann', () => {}));
  let begun = 0;
  for (let i = 0; i < 7_000; i += 1) {
    const leave = change(`caller ${i}`, () => {
      begun += 1;
      leave();
    });
  }
  first[0]?.();
  expect(begun).toBe(7_000);
  for (const leave of first) leave();
  expect(admission.state()).toEqual({ change: 0, read: 0, list: 0, wait: 0, stream: 0, waiting: 0 });
});
