// What is on the menu of a town under load.

import type { ApiCaller } from '../../dev/client/client.ts';

/** Few dishes, so that orders meet at each; low thresholds, so that they cross often. */
const dishes = 8;
const portions = 60;
const threshold = 20;
/** A mark in each address, to be looked for where no address may be. */
export const addressMark = 'Nightingale Alley';

/** Answers the ids of the dishes. */
export function addMenu(admin: ApiCaller): Promise<string[]> {
  return Promise.all(Array.from({ length: dishes }, (_, at) => addDish(admin, at)));
}

async function addDish(admin: ApiCaller, at: number): Promise<string> {
  const dish = {
    itemName: `Dish ${at}`,
    quantity: portions,
    threshold,
    unit: 'portion',
    price: `${5 + at}.90`,
    category: 'mains',
  };
  const { status, body } = await admin.post('/v1/inventory', dish);
  if (status !== 201) throw new Error(`The menu could not be added: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}
