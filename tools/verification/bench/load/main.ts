// The load as a process of its own: told what to do by its parent, answers with what it saw, and ends.
import { loadOrders, type LoadOptions } from './orders.ts';

process.once('message', (options: LoadOptions) => {
  loadOrders(options).then(
    (load) => process.send?.({ load }, () => process.disconnect()),
    (error: Error) => process.send?.({ failure: error.message }, () => process.disconnect()),
  );
});
