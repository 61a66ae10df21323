/** What callers hear while our database is away. */
import { refusingOutage } from '@oms/service-kit/outage';

/** For `.catch`. */
export const refuseOutage: (error: unknown) => never = refusingOutage({
  code: 'ORDERS_UNAVAILABLE',
  away: 'The orders cannot be reached at the moment.',
});
