// A small menu for an empty inventory, created through the public API.

import type { ApiCaller, Reply } from '../client/client.ts';
import menu from './menu.json' with { type: 'json' };

const atOnce = 8;

/** Returns how many items it added: none when there are items already. Throws Error with the reply that was not expected. */
export async function seed(admin: ApiCaller): Promise<number> {
  const { data } = expect(await admin.get('/v1/inventory?limit=1'), 200) as { data: unknown[] };
  if (data.length > 0) return 0;
  const waiting = [...menu];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = waiting.shift(); item; item = waiting.shift())
        expect(await admin.post('/v1/inventory', item), 201);
    }),
  );
  return menu.length;
}

function expect(reply: Reply, status: number): unknown {
  if (reply.status === status) return reply.body;
  throw new Error(`The menu could not be added: inventory answered ${reply.status} ${JSON.stringify(reply.body)}`);
}
