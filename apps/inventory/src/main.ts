/** The inventory process: reads its settings, starts, and stops on a signal. */
import { createLogger, runProcess } from '@oms/service-kit';
import { createInventory } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ name: 'inventory', level: config.LOG_LEVEL });

await runProcess({
  name: 'inventory',
  logger,
  async start() {
    const inventory = await createInventory(config, logger);
    await inventory.start();
    return inventory;
  },
});
