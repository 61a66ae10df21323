// The compared handler as a process of its own; it tells its parent the address it listens on, and ends with it.
import { createPrismaHandler } from './handler.ts';

const handler = createPrismaHandler(
  JSON.parse(process.argv[2] ?? '') as { databaseUrl: string; issuerUrl: string; poolMax: number },
);
process.send?.({ url: await handler.listen(0) });
process.once('disconnect', () => void handler.stop());
