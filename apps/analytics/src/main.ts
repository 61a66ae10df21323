// The analytics process: reads its settings, starts, and stops on a signal.
import { createLogger, runProcess } from '@oms/service-kit';
import { createAnalytics } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ name: 'analytics', level: config.LOG_LEVEL });

await runProcess({
  name: 'analytics',
  logger,
  async start() {
    const analytics = await createAnalytics(config, logger);
    await analytics.start();
    return analytics;
  },
});
