/** Frames and positions of event streams. */

import { describe, expect, test } from 'vitest';
import { changeFrame, closedFrame, frameText, heartbeatText, resetFrame } from '../src/streams/frames.ts';
import { formatPosition, parsePosition, planResume, positionPattern } from '../src/streams/positions.ts';

describe('a frame', () => {
  test('has its event, its id and one line of data, and ends with an empty line', () => {
    expect(changeFrame('3', '{"version":3}', '{"id":"a"}')).toBe(
      'event: change\nid: 3\ndata: {"change":{"version":3},"order":{"id":"a"}}\n\n',
    );
    expect(frameText({ event: 'continued', data: '{}' })).toBe('event: continued\ndata: {}\n\n');
  });

  test('keeps line breaks of texts inside its one line of data', () => {
    const note = JSON.stringify({ note: 'first\nsecond\r\n\r\nthird' });
    expect(changeFrame('1', note, '{}').split('\n')).toHaveLength(5);
  });

  test('at the begin and at the end says when to return, not the same for all', () => {
    const retries = Array.from({ length: 50 }, () => /^retry: (\d+)\n/.exec(closedFrame('SHUTDOWN'))?.[1]);
    expect(new Set(retries).size).toBeGreaterThan(10);
    for (const retry of retries) expect(Number(retry)).toBeGreaterThanOrEqual(1_000);
    expect(resetFrame('NEW', '0:1')).toMatch(/^retry: \d+\nevent: reset\nid: 0:1\n/);
  });

  test('of a heartbeat is a comment, which may carry a position', () => {
    expect([heartbeatText(), heartbeatText('0:4')]).toEqual([':\n\n', ':\nid: 0:4\n\n']);
  });
});

describe('a position', () => {
  test('is the next offset of each partition, and is read as it was written', () => {
    const position = new Map([
      [10, 5n],
      [2, 9_007_199_254_740_993n],
    ]);
    expect(formatPosition(position)).toBe('2:9007199254740993,10:5');
    expect(parsePosition(formatPosition(position))).toEqual(position);
    expect(formatPosition(position)).toMatch(new RegExp(positionPattern));
  });
});

describe('a client that returns', () => {
  const ranges = [
    { partition: 0, first: 10n, end: 100n },
    { partition: 1, first: 0n, end: 50n },
  ];
  const live = new Map([
    [0, 90n],
    [1, 50n],
  ]);
  const plan = (last: string, missedMax = 1_000) => planResume(parsePosition(last), { live, ranges, missedMax });

  test('gets what is between its position and the live changes', () => {
    expect(plan('0:80,1:50')).toEqual({ resume: [{ partition: 0, from: 80n, to: 90n }] });
  });

  test('is ahead of a replica that reads later, and misses nothing', () => {
    expect(plan('0:95,1:50')).toEqual({ resume: [] });
  });

  test('gets all of a partition that was added since', () => {
    expect(plan('0:90')).toEqual({ resume: [{ partition: 1, from: 0n, to: 50n }] });
  });

  test.each([
    ['GONE', 'the log has deleted it', '0:9,1:50', 1_000],
    ['BEHIND', 'it is more than is sent', '0:10,1:50', 79],
    ['UNKNOWN', 'the log has no such offset yet', '0:101,1:50', 1_000],
    ['UNKNOWN', 'there is no such partition', '0:90,1:50,2:1', 1_000],
  ])('gets a reset %s when %s', (reset, _why, last, missedMax) => {
    expect(plan(last, missedMax)).toEqual({ reset });
  });
});
