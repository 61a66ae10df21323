/** Pages about the messages on Kafka: /asyncapi.json, an overview at /docs/messages, and a page for each event. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, Type, type Http } from '@oms/service-kit';
import { eventsOf, type MessagesDocument } from './document.ts';
import { eventPage } from './event-page.ts';
import { overviewPage } from './overview-page.ts';
import { overviewPath, stylePath } from './page.ts';
import { style } from './style.ts';

type Docs = { document: string; overview: string; pages: ReadonlyMap<string, string> };

// The build copies the file beside the bundle, into docs-page/; run from source it is in generated/.
const locations = ['docs-page/asyncapi.json', 'generated/asyncapi.json'];

/** Public, like the document of the HTTP API. The file is read at the first request. */
export function addMessageDocs(http: Http): void {
  const open = { config: { public: true } } as const;
  let loaded: Docs | undefined;
  const docs = () => (loaded ??= loadDocs());

  http.get('/asyncapi.json', open, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(docs().document),
  );
  http.get(overviewPath, open, (_request, reply) => reply.type('text/html; charset=utf-8').send(docs().overview));
  const schema = { params: Type.Object({ event: Type.String() }) };
  http.get(`${overviewPath}/:event`, { ...open, schema }, ({ params }, reply) => {
    const page = docs().pages.get(params.event);
    if (page === undefined)
      throw new Refusal('NOT_FOUND', `There is no event of this name; ${overviewPath} lists all events.`);
    return reply.type('text/html; charset=utf-8').send(page);
  });
  http.get(stylePath, open, (_request, reply) =>
    reply.type('text/css').header('cache-control', 'public, max-age=3600').send(style),
  );
}

/** Throws the error of the file system when the file is missing. */
function loadDocs(): Docs {
  const paths = locations.map((location) => join(import.meta.dirname, location));
  const text = readFileSync(paths.find((path) => existsSync(path)) ?? paths[0] ?? '', 'utf8');
  const parsed = JSON.parse(text) as MessagesDocument;
  return {
    document: text,
    overview: overviewPage(parsed),
    pages: new Map(eventsOf(parsed).map((event) => [event.slug, eventPage(event, parsed)])),
  };
}
