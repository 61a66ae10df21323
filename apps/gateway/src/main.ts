/** The gateway process. */
import { createLogger, runProcess } from '@oms/service-kit';
import { createGateway } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ name: 'gateway', level: config.LOG_LEVEL });

await runProcess({
  name: 'gateway',
  logger,
  async start() {
    const gateway = await createGateway(config, logger);
    await gateway.start();
    return gateway;
  },
});
