/** The order process: reads its settings, starts, and stops on a signal. */

import { createLogger, runProcess } from '@oms/service-kit';
import { createOrders } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ name: 'order', level: config.LOG_LEVEL });

await runProcess({
  name: 'order',
  logger,
  async start() {
    const orders = await createOrders(config, logger);
    await orders.start();
    return orders;
  },
});
