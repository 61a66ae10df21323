/** The route by which staff find items whose names are the same in their normal form. */
import { nameSchemas, Timestamp, Type, Uuid, type Http } from '@oms/service-kit';
import type { NamedItem } from '../store/duplicate-names.ts';

const DuplicateNames = Type.Object({
  data: Type.Array(
    Type.Object({
      items: Type.Array(
        Type.Object({ id: Uuid, itemName: Type.String(), quantity: Type.Integer(), createdAt: Timestamp }),
        { description: 'Items whose names differ in case, blanks or invisible characters only, the oldest first' },
      ),
    }),
  ),
});

nameSchemas({ DuplicateNames });

export function duplicateNameRoutes(http: Http, findDuplicateNames: () => Promise<NamedItem[][]>): void {
  http.get(
    '/v1/inventory/duplicate-names',
    {
      config: { roles: ['staff', 'admin'], problems: ['STOCK_UNAVAILABLE'] },
      schema: {
        tags: ['inventory'],
        operationId: 'listDuplicateNames',
        summary: 'Items that have one name in its normal form; rename or delete all but one of each',
        response: { 200: DuplicateNames },
      },
    },
    async () => {
      const found = await findDuplicateNames();
      const data = found.map((items) => ({
        items: items.map((item) => ({ ...item, createdAt: item.createdAt.toISOString() })),
      }));
      return { data };
    },
  );
}
