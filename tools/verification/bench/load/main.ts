// The load as a process of its own: gets its options from its parent, answers with the result, and ends.
import { loadOrders, type LoadOptions } from './orders.ts';

process.once('message', (options: LoadOptions) => {
  loadOrders(options).then(
    (load) => process.send?.({ load }, () => process.disconnect()),
    (error: Error) => process.send?.({ failure: error.message }, () => process.disconnect()),
  );
});
