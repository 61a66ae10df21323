/** The refusal that callers get while the database is unavailable. */
import { refusingOutage } from '@oms/service-kit/outage';

/** For `.catch`: throws STOCK_UNAVAILABLE for an outage, and every other error as it is. */
export const refuseOutage: (error: unknown) => never = refusingOutage({
  code: 'STOCK_UNAVAILABLE',
  away: 'The stock cannot be reached at the moment.',
});
