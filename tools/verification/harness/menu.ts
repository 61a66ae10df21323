// The menu of a system under load: few items, so that orders compete for them.

import type { ApiCaller } from '../../dev/client/client.ts';

/** Few items, so that orders compete for each; little stock, so that thresholds are crossed often. */
const itemCount = 8;
const quantity = 60;
const threshold = 20;
/** Part of each address: it is searched for where no address may be. */
export const addressMark = 'Nightingale Alley';

/** Answers the ids of the items. */
export function addMenu(admin: ApiCaller): Promise<string[]> {
  return Promise.all(Array.from({ length: itemCount }, (_, i) => addItem(admin, i)));
}

async function addItem(admin: ApiCaller, number: number): Promise<string> {
  const { status, body } = await admin.post('/v1/inventory', {
    itemName: `Dish ${number}`,
    quantity,
    threshold,
    unit: 'portion',
    price: `${5 + number}.90`,
    category: 'mains',
  });
  if (status !== 201) throw new Error(`The menu could not be added: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}
