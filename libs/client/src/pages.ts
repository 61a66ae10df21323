/** Lists as one sequence, fetched page after page as they are read. */

export type Page<Row> = { data: Row[]; nextCursor: string | null };

/**
 * `for await (const order of pagesOf((cursor) => api.GET('/v1/orders', { params: { query: { status: ['PENDING'], cursor } } }).then(dataOf)))`
 *
 * @param fetchPage gets the cursor of the next page, and undefined for the first one
 */
export async function* pagesOf<Row>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Row>>,
): AsyncGenerator<Row> {
  for (let cursor: string | undefined; ;) {
    const { data, nextCursor } = await fetchPage(cursor);
    yield* data;
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
