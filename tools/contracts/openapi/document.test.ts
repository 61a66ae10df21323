// The public API document is complete enough to generate a client from: names, texts, replies, headers and examples of every operation.
import { beforeAll, describe, expect, test } from 'vitest';
import { publicDocument } from './document.ts';

type Schema = { $ref?: string; type?: string; description?: string };
type Reply = {
  description?: string;
  headers?: object;
  content?: Record<string, { schema: Schema; examples?: object }>;
};
type Operation = {
  operationId?: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Reply>;
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  tags: { name: string; description: string }[];
  components: { schemas: Record<string, object>; examples: Record<string, object> };
};

let document: Document;
let operations: { route: string; operation: Operation }[];
beforeAll(async () => {
  document = (await publicDocument()) as unknown as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
  );
}, 60_000);
const those = (wrong: (operation: Operation) => boolean) =>
  operations.flatMap(({ route, operation }) => (wrong(operation) ? [route] : []));

describe('every operation', () => {
  test('has a name of its own, a summary, and a tag that is described', () => {
    expect(those(({ operationId, summary }) => !operationId || !summary)).toEqual([]);
    const names = operations.map(({ operation }) => operation.operationId);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    const described = document.tags.filter(({ description }) => description !== '').map(({ name }) => name);
    expect(those(({ tags = [] }) => !tags.every((tag) => described.includes(tag)))).toEqual([]);
  });

  test('has named bodies, in requests and in replies', () => {
    const isNamed = ({ schema }: { schema: Schema }) => schema.$ref !== undefined || schema.type === 'string';
    expect(
      those(({ requestBody, responses }) => {
        const contents = [requestBody, ...Object.values(responses)].flatMap((each) =>
          Object.values(each?.content ?? {}),
        );
        return !contents.every(isNamed);
      }),
    ).toEqual([]);
  });

  const areShown = (examples: object = {}) => {
    const codes = Object.keys(examples);
    return codes.length > 0 && codes.every((code) => code in document.components.examples);
  };

  test('describes each reply with its headers, and each problem with an example', () => {
    const isDescribed = ([status, { description, headers, content }]: [string, Reply]) =>
      Boolean(description) &&
      headers !== undefined &&
      (status < '400' || status === 'default' || areShown(content?.['application/problem+json']?.examples));
    expect(those(({ responses }) => !Object.entries(responses).every(isDescribed))).toEqual([]);
  });
});

test('no component is unused, and none is missing', () => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
  expect(Object.keys(document.components.schemas).sort()).toEqual([...used].sort());
});
