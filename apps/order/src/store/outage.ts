/** The refusal that callers get while the service's database is away. */
import { refusingOutage } from '@oms/service-kit/outage';

/** For `.catch`. */
export const refuseOutage: (error: unknown) => never = refusingOutage({
  code: 'ORDERS_UNAVAILABLE',
  away: 'The database of orders is not available at the moment.',
});
