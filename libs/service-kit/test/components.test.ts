// Schemas with a name become components of the API document, each once, and everything that uses them refers to them.
import { expect, test } from 'vitest';
import { withComponents } from '../src/http/components.ts';

const id = { type: 'string', format: 'uuid' };
const line = { title: 'Line', type: 'object', properties: { id, title: { type: 'string' } } };
const order = { title: 'Order', type: 'object', properties: { id, lines: { type: 'array', items: line } } };
const documentWith = (schemas: object[], known = {}) => ({
  info: { title: 'Orders', version: '1' },
  components: { schemas: known },
  paths: Object.fromEntries(schemas.map((schema, at) => [`/${at}`, { get: { content: { schema } } }])),
});

test('a named schema is one component, however often and deep it is used', () => {
  const { info, paths, components } = withComponents(documentWith([order, line, { type: 'array', items: order }]));
  expect(info).toEqual({ title: 'Orders', version: '1' });
  expect(paths).toEqual({
    '/0': { get: { content: { schema: { $ref: '#/components/schemas/Order' } } } },
    '/1': { get: { content: { schema: { $ref: '#/components/schemas/Line' } } } },
    '/2': { get: { content: { schema: { type: 'array', items: { $ref: '#/components/schemas/Order' } } } } },
  });
  expect(components).toEqual({
    schemas: {
      Line: { type: 'object', properties: { id, title: { type: 'string' } } },
      Order: {
        type: 'object',
        properties: { id, lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } } },
      },
    },
  });
});

test('two schemas that differ cannot have one name', () => {
  const other = { ...line, required: ['id'] };
  expect(() => withComponents(documentWith([line, other]))).toThrow(/^Two schemas that differ are called Line/);
});

test('examples stay as they are, and components that were there stay too', () => {
  const example = { type: 'object', title: 'Line', status: 404 };
  const schema = { type: 'object', examples: [example], default: example };
  const { paths, components } = withComponents(documentWith([schema], { Problem: { type: 'object' } }));
  expect(paths).toEqual({ '/0': { get: { content: { schema } } } });
  expect(components).toEqual({ schemas: { Problem: { type: 'object' } } });
});
