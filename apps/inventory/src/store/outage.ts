/** What callers hear while our database is away. */
import { refusingOutage } from '@oms/service-kit/outage';

/** For `.catch`. */
export const refuseOutage: (error: unknown) => never = refusingOutage({
  code: 'STOCK_UNAVAILABLE',
  away: 'The stock cannot be reached at the moment.',
});
