/** The client of the public API. Every path, parameter, body and reply has its type from the API document. */

export { createApiClient, type ApiClient, type ApiClientOptions } from './client.ts';
export { dataOf, ProblemError, type Problem } from './problem.ts';
export { pagesOf, type Page } from './pages.ts';
export type { components, operations, paths } from './generated/api.ts';

import type { components } from './generated/api.ts';

type Schemas = components['schemas'];
export type Order = Schemas['Order'];
export type PlaceOrder = Schemas['PlaceOrder'];
export type CancelOrder = Schemas['CancelOrder'];
export type Change = Schemas['Change'];
export type Item = Schemas['Item'];
export type Movement = Schemas['Movement'];
export type Notification = Schemas['Notification'];
