// Made from openapi.json by `npm run generate`; do not edit.

export interface paths {
    "/v1/analytics/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the messages that this service could not apply, by topic, in the order in which they arrived
         * @description A page may have fewer entries than `limit` because of the filters; the last page is the one without `nextCursor`.
         *
         *     Roles: admin.
         */
        get: operations["listAnalyticsDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a dead letter with all its headers and its content
         * @description Roles: admin.
         */
        get: operations["getAnalyticsDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redrive dead letters to their topics, or report what that would do
         * @description Roles: admin.
         */
        post: operations["redriveAnalyticsDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/dead-letters/stopped-partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the partitions that have stopped, because a record batch in them cannot be read
         * @description Roles: admin.
         */
        get: operations["listAnalyticsStoppedPartitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/dead-letters/stopped-partitions/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Skip the batch at which a partition has stopped; a dead letter says where it lies
         * @description All messages of the batch are passed for ever. Deploy a version that can read it instead, if there is one.
         *
         *     Roles: admin.
         */
        post: operations["skipAnalyticsBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/funnel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far orders came
         * @description Roles: staff, admin.
         */
        get: operations["getFunnel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stock levels, low ones first
         * @description Roles: staff, admin.
         */
        get: operations["listStockLevels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/lead-times": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How long each step took
         * @description Roles: staff, admin.
         */
        get: operations["getLeadTimes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/sales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders and revenue over time
         * @description Roles: staff, admin.
         */
        get: operations["getSales"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders, revenue and cancellations
         * @description Roles: staff, admin.
         */
        get: operations["getSalesSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/analytics/top-items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The best-selling items
         * @description Roles: staff, admin.
         */
        get: operations["getTopItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Items, by name
         * @description Roles: customer, staff, admin, service.
         */
        get: operations["listItems"];
        put?: never;
        /**
         * Create an item
         * @description Roles: staff, admin.
         */
        post: operations["createItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One item; its ETag follows its details, not its stock
         * @description Roles: customer, staff, admin, service.
         */
        get: operations["getItem"];
        put?: never;
        post?: never;
        /**
         * Delete an item; its ledger is kept
         * @description Roles: staff, admin.
         */
        delete: operations["deleteItem"];
        options?: never;
        head?: never;
        /**
         * Change details of an item; the quantity is not one of them
         * @description Roles: staff, admin.
         */
        patch: operations["changeItem"];
        trace?: never;
    };
    "/v1/inventory/{id}/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct the quantity, with a reason; safe to repeat with the same Idempotency-Key
         * @description Roles: staff, admin.
         */
        post: operations["adjustItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record what is on the shelf; fewer than are promised are accepted, and short then
         * @description Roles: staff, admin.
         */
        post: operations["countItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledger of an item, newest first; the sum of all `delta` is the quantity, that of all `shortDelta` what is short
         * @description Roles: staff, admin.
         */
        get: operations["listMovements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}/movements/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole ledger of an item as CSV or JSON lines, newest first
         * @description Roles: staff, admin.
         */
        get: operations["exportMovements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}/promises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The orders that units of an item are promised to and still on the shelf for, the youngest first
         * @description Roles: staff, admin.
         */
        get: operations["listPromises"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}/restock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add units that were delivered; safe to repeat with the same Idempotency-Key
         * @description Roles: staff, admin.
         */
        post: operations["restockItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/{id}/unavailable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch an item off: an order for it is refused as ITEM_UNAVAILABLE, whatever its stock
         * @description Roles: staff, admin.
         */
        post: operations["switchItemOff"];
        /**
         * Switch an item on again
         * @description Roles: staff, admin.
         */
        delete: operations["switchItemOn"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the messages that this service could not apply, by topic, in the order in which they arrived
         * @description A page may have fewer entries than `limit` because of the filters; the last page is the one without `nextCursor`.
         *
         *     Roles: admin.
         */
        get: operations["listInventoryDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a dead letter with all its headers and its content
         * @description Roles: admin.
         */
        get: operations["getInventoryDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redrive dead letters to their topics, or report what that would do
         * @description Roles: admin.
         */
        post: operations["redriveInventoryDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/dead-letters/stopped-partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the partitions that have stopped, because a record batch in them cannot be read
         * @description Roles: admin.
         */
        get: operations["listInventoryStoppedPartitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/dead-letters/stopped-partitions/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Skip the batch at which a partition has stopped; a dead letter says where it lies
         * @description All messages of the batch are passed for ever. Deploy a version that can read it instead, if there is one.
         *
         *     Roles: admin.
         */
        post: operations["skipInventoryBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/duplicate-names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Items that have one name in its normal form; rename or delete all but one of each
         * @description Roles: staff, admin.
         */
        get: operations["listDuplicateNames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All items as CSV or JSON lines, by name
         * @description Roles: staff, admin.
         */
        get: operations["exportItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import items from CSV or JSON lines
         * @description CSV has the header `itemName,onHand,threshold,unit,price,category`, in any sequence; JSON lines have these fields. The other columns of an export are ignored, so an exported file can be imported.
         *     A row is one line. UTF-8, with LF or CRLF; a byte order mark is ignored.
         *
         *     An unknown name creates an item. A known one, by its normal form, changes its details and counts its stock: `onHand` includes what is promised to orders. The same file again changes nothing.
         *     At most 1,000 rows are written at a time, so an import that breaks off leaves whole rows; send the file again. A bad row is reported by its line and changes nothing. A file that cannot be read on
         *     is refused with its `line`; the rows before that line are imported.
         *
         *     The reply is JSON lines, sent as the import goes on: `{"progress":{"rows":1000}}`, `{"line":17,"field":"price","message":"..."}`, and at the end `{"summary":{...}}`, or
         *     `{"problem":{...},"summary":{...}}` when the import ended early. With `Accept: application/json` it is one JSON document at the end.
         *
         *     Roles: staff, admin.
         */
        post: operations["importItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find discrepancies between items, ledger, reservations and orders; repair them with `fix`
         * @description Roles: admin.
         */
        post: operations["reconcileInventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List notifications, newest first
         * @description Roles: staff, admin.
         */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a failed notification again
         * @description Roles: staff, admin.
         */
        post: operations["retryNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the messages that this service could not apply, by topic, in the order in which they arrived
         * @description A page may have fewer entries than `limit` because of the filters; the last page is the one without `nextCursor`.
         *
         *     Roles: admin.
         */
        get: operations["listNotificationsDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a dead letter with all its headers and its content
         * @description Roles: admin.
         */
        get: operations["getNotificationsDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redrive dead letters to their topics, or report what that would do
         * @description Roles: admin.
         */
        post: operations["redriveNotificationsDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/dead-letters/stopped-partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the partitions that have stopped, because a record batch in them cannot be read
         * @description Roles: admin.
         */
        get: operations["listNotificationsStoppedPartitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/dead-letters/stopped-partitions/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Skip the batch at which a partition has stopped; a dead letter says where it lies
         * @description All messages of the batch are passed for ever. Deploy a version that can read it instead, if there is one.
         *
         *     Roles: admin.
         */
        post: operations["skipNotificationsBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All notifications as CSV or JSON lines, newest first
         * @description Roles: staff, admin.
         */
        get: operations["exportNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders by the time of their placement; customers see their own
         * @description Roles: customer, staff, admin.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Place an order at the current prices: for yourself, or as staff for a customer
         * @description Roles: customer, staff, admin.
         */
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order
         * @description Roles: customer, staff, admin.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order; stock that comes back can be ordered again when the answer comes
         * @description A customer cancels their own order while it is PENDING, with the reason CUSTOMER. Staff cancel with any reason until the courier leaves, and end a failed delivery (OUT_FOR_DELIVERY) with NO_SHOW, ADDRESS_NOT_FOUND or REFUSED. A cancelled order is answered as it is: the first reason stays. If inventory does not answer within 300 ms, the order is cancelled all the same, and inventory follows when it reads the message.
         *
         *     Roles: customer, staff, admin.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The changes of an order, as they happen
         * @description The `id` of an event is the version of the order. A `reset` has the present state of the order.
         *
         *     The first event is `continued` or `reset`. With `Last-Event-ID` (or `lastEventId`) the stream continues after that position, and the first event is `continued`. Without one, or when the
         *     changes after it are not available any more, it is `reset`, with a `reason`: NEW, GONE, BEHIND or UNKNOWN. Each later event is a `change`, whose `data` is `{ change, order }`: the change as
         *     in the history, and the order after it, or in a later state. A comment is sent when nothing else was for 15 seconds. The last event is `closed`, with a `reason`: SHUTDOWN, TOKEN_EXPIRED or SLOW;
         *     connect again with the `id` of the last event.
         *
         *     Roles: customer, staff, admin.
         */
        get: operations["streamOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain an order: what it waits for now, and one timeline over all services
         * @description Each service is asked for at most 1 s. What could not be found out is named under `missing`; the rest is complete.
         *
         *     Roles: staff, admin.
         */
        get: operations["explainOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All changes of an order, the oldest first
         * @description Roles: customer, staff, admin.
         */
        get: operations["getOrderHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that the kitchen has finished an order: a courier can take it
         * @description Only while the order is PREPARING, which it stays. An order that is ready already is answered as it is. An order may leave without it.
         *
         *     Roles: staff, admin.
         */
        post: operations["markOrderReady"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Move an order to its next status
         * @description Roles: staff, admin.
         */
        patch: operations["changeOrderStatus"];
        trace?: never;
    };
    "/v1/orders/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The changes of all orders, as they happen
         * @description The `id` of an event is a position in the log of changes. After a `reset`, fetch the list of orders. A change is sent again only if it was published twice.
         *
         *     The first event is `continued` or `reset`. With `Last-Event-ID` (or `lastEventId`) the stream continues after that position, and the first event is `continued`. Without one, or when the
         *     changes after it are not available any more, it is `reset`, with a `reason`: NEW, GONE, BEHIND or UNKNOWN. Each later event is a `change`, whose `data` is `{ change, order }`: the change as
         *     in the history, and the order after it, or in a later state. A comment is sent when nothing else was for 15 seconds. The last event is `closed`, with a `reason`: SHUTDOWN, TOKEN_EXPIRED or SLOW;
         *     connect again with the `id` of the last event.
         *
         *     Roles: staff, admin.
         */
        get: operations["streamOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All orders as CSV or JSON lines; newest first unless `order` says otherwise
         * @description Roles: staff, admin.
         */
        get: operations["exportOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Adjust: {
            /** @description Units to add, or to take when negative; not 0 */
            delta: number;
            /** @description The reason, for the ledger */
            reason: string;
        };
        CancelOrder: {
            /** @description With SOLD_OUT: ids of the items of the order that are out; their stock becomes 0 */
            items?: string[];
            /** @description A remark; may have line breaks */
            note?: string;
            /**
             * @description Why the order is cancelled. Customers: CUSTOMER. From OUT_FOR_DELIVERY: NO_SHOW, ADDRESS_NOT_FOUND or REFUSED; before: the others
             * @enum {unknown}
             */
            reason: "CUSTOMER" | "SOLD_OUT" | "RUSH_HOUR" | "NOT_ACCEPTED" | "NO_SHOW" | "ADDRESS_NOT_FOUND" | "REFUSED";
            /** @description Whether the stock can be sold again; otherwise it is written off. By default true while the order is PENDING and the reason is not SOLD_OUT. For staff */
            restock?: boolean;
        };
        Change: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description Id of the user or service that made the change */
            by: string;
            /** @description Role in which they made it */
            byRole: string;
            from: ("PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED") | null;
            /** @description A change without a new status. READY: the kitchen has finished the order. DUE: the kitchen begins with a scheduled order */
            milestone: ("READY" | "DUE") | null;
            note: string | null;
            reason: string | null;
            /** @description Of a cancellation: whether its stock could be sold again; null if it is none, or if an earlier release made it */
            restock: boolean | null;
            /** @description Of a cancellation: the items that were out */
            soldOutItemIds: string[] | null;
            /**
             * @description Status after
             * @enum {unknown}
             */
            to: "PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED";
            /** @description Version of the order after the change */
            version: number;
        };
        /** @description The fields to change. The quantity changes only by restocks, adjustments, counts and orders. */
        ChangeItem: {
            /** @description Category */
            category?: string;
            /** @description Name, unique: case, blanks and invisible characters make no difference */
            itemName?: string;
            /** @example 12.50 */
            price?: string;
            /** @description LOW_STOCK is raised when the quantity falls below it */
            threshold?: number;
            /** @description What one unit is, for example "piece" or "kg" */
            unit?: string;
        };
        ChangeList: {
            data: components["schemas"]["Change"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        ChangeStatus: {
            /**
             * @description The new status
             * @enum {unknown}
             */
            status: "PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED";
        };
        Count: {
            /** @description Units that were counted on the shelf, promised ones included */
            onHand: number;
            /** @description The reason, for the ledger, such as "counted" or "spoiled" */
            reason: string;
        };
        CountedItem: {
            /** @description false: staff have switched it off, and an order for it is refused */
            available: boolean;
            /**
             * Format: date-time
             * @description When it can be ordered again; absent if it is available, or if that is not known
             */
            availableFrom?: string;
            category: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            id: string;
            itemName: string;
            /** @description Units on the shelf: quantity + reserved - short */
            onHand: number;
            /** @example 12.50 */
            price: string;
            /** @description The orders among which some cannot be served, as of now; null if nothing is short */
            promisedTo: {
                /** @description The youngest of them; all by GET .../promises */
                orderIds: string[];
                /** @description Orders that wait for units of the item */
                orders: number;
            } | null;
            /** @description Units that can be ordered */
            quantity: number;
            /** @description Units promised to orders and still on the shelf, until cooking begins */
            reserved: number;
            /** @description Promised units that a count did not find; 0 unless it found too few */
            short: number;
            threshold: number;
            unit: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        CreateItem: {
            /** @description Category */
            category: string;
            /** @description Name, unique: case, blanks and invisible characters make no difference */
            itemName: string;
            /** @example 12.50 */
            price: string;
            /** @description Initial units in stock; 0 unless given */
            quantity?: number;
            /** @description LOW_STOCK is raised when the quantity falls below it; 10 unless given */
            threshold?: number;
            /** @description What one unit is, for example "piece" or "kg" */
            unit: string;
        };
        DeadLetter: {
            aggregateId: string | null;
            aggregateVersion: number | null;
            /**
             * @description When it was sent to the dead letters
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            attempts: number;
            /** @description The error, as text */
            error: string;
            eventId: string | null;
            eventType: string | null;
            /**
             * @description `<topic>-<partition>-<offset>`
             * @example order-events-0-17
             */
            id: string;
            /** @description Its offset in that partition */
            offset: string;
            /** @description The partition it was read from */
            partition: number;
            /**
             * @example APPLY_FAILED
             * @example VERSION_GAP
             * @example BAD_MAGIC
             */
            reason: string;
            /** @description The last redrive */
            redriven: {
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                at: string;
                /** @description The `sub` of the token of who redrove it */
                by: string;
                force: boolean;
                /** @description False when it is unknown whether Kafka has it: redrive it again */
                sent: boolean;
            } | null;
            /** @description How often the message had been redriven before */
            redrives: number;
            /** @description The topic it was published to, and is redriven to */
            topic: string;
        };
        DeadLetterDetails: {
            aggregateId: string | null;
            aggregateVersion: number | null;
            /**
             * @description When it was sent to the dead letters
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            attempts: number;
            /** @description The error, as text */
            error: string;
            eventId: string | null;
            eventType: string | null;
            headers: {
                [key: string]: string;
            };
            /** @description The first 256 bytes, when the message cannot be decoded */
            hex: string | null;
            /**
             * @description `<topic>-<partition>-<offset>`
             * @example order-events-0-17
             */
            id: string;
            /** @description The decoded message, money in cents; null when it cannot be decoded */
            message: unknown;
            /** @description Its offset in that partition */
            offset: string;
            /** @description The partition it was read from */
            partition: number;
            /**
             * @example APPLY_FAILED
             * @example VERSION_GAP
             * @example BAD_MAGIC
             */
            reason: string;
            /** @description The last redrive */
            redriven: {
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                at: string;
                /** @description The `sub` of the token of who redrove it */
                by: string;
                force: boolean;
                /** @description False when it is unknown whether Kafka has it: redrive it again */
                sent: boolean;
            } | null;
            /** @description How often the message had been redriven before */
            redrives: number;
            /** @description Bytes */
            size: number;
            /** @description The topic it was published to, and is redriven to */
            topic: string;
        };
        DeadLetterList: {
            data: components["schemas"]["DeadLetter"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        DeliveryAddress: {
            /** @description City */
            city: string;
            /** @description Code of the country (ISO 3166-1 alpha-2); orders of earlier releases may have another text */
            country: string;
            /** @description Instructions for the courier */
            instructions?: string;
            /** @description Street and number */
            line1: string;
            /** @description Floor, flat, company */
            line2?: string;
            /** @description Postal code */
            postalCode: string;
        };
        DuplicateNames: {
            data: {
                /** @description Items whose names differ in case, blanks or invisible characters only, the oldest first */
                items: {
                    /**
                     * Format: date-time
                     * @example 2026-01-31T12:00:00.000Z
                     */
                    createdAt: string;
                    /**
                     * Format: uuid
                     * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
                     */
                    id: string;
                    itemName: string;
                    quantity: number;
                }[];
            }[];
        };
        Explanation: {
            /** @description All other causes, such as the next step of the order */
            alsoWaitsFor: components["schemas"]["OrderWait"][];
            /** @description What could not be found out: services that did not answer within 1 s, and evidence that was not kept */
            missing: {
                reason: string;
                what: string;
            }[];
            order: components["schemas"]["Order"];
            /** @description What is tried again */
            retries: {
                attempts: number;
                /** @description Why the last attempt failed */
                error: string | null;
                /** @description When it is tried again; null if it is not tried again by itself */
                nextAt: string | null;
                service: string;
                what: string;
            }[];
            /** @description Why the order counts as stuck, as the last search found it; empty if it does not */
            stuck: {
                /**
                 * @description What is overdue
                 * @enum {unknown}
                 */
                cause: "STEP" | "MESSAGE" | "RESERVATION" | "PROMISE";
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                since: string;
                /** @description The service that found it */
                source: string;
            }[];
            /** @description All services together, the oldest entry first */
            timeline: components["schemas"]["TimelineEntry"][];
            /** @description The trace of the placement; null if it was not traced */
            traceId: string | null;
            /** @description What the order waits for now, the most concrete cause; null if it waits for nothing */
            waitsFor: components["schemas"]["OrderWait"] | null;
        };
        Funnel: {
            /** @description The current time minus lagMs; null while lagMs is unknown */
            asOf: string | null;
            cancelled: {
                /** @description Orders placed in the window that are cancelled */
                orders: number;
                reasons: {
                    /** @description Orders */
                    orders: number;
                    reason: string | null;
                }[];
                /** @description Share of all orders placed in the window */
                share: number;
            };
            /** @description 0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer */
            lagMs: number | null;
            steps: {
                /** @description Orders placed in the window that reached this status */
                orders: number;
                /** @description Share of all orders placed in the window */
                share: number;
                /** @example PREPARING */
                step: string;
            }[];
        };
        ImportError: {
            /** @description The column, or `row` for the whole line */
            field: string;
            /** @description The line of the file, from 1; the header is line 1 */
            line: number;
            /** @description What is wrong with it */
            message: string;
        };
        ImportReport: {
            errors: components["schemas"]["ImportError"][];
            summary: components["schemas"]["ImportSummary"];
        };
        ImportReportLine: {
            progress: {
                /** @description Rows that are done */
                rows: number;
            };
        } | components["schemas"]["ImportError"] | {
            summary: components["schemas"]["ImportSummary"];
        } | {
            /** @description A problem document (RFC 9457); some codes have additional members */
            problem: {
                /**
                 * @description The problem type, as a code for programs
                 * @example VALIDATION_FAILED
                 */
                code: string;
                /** @description What is wrong, and what to do */
                detail: string;
                errors?: {
                    /**
                     * @description The path of the field
                     * @example items.0.quantity
                     */
                    field: string;
                    message: string;
                }[];
                /** @description The HTTP status */
                status: number;
                /** @description The problem type, as text */
                title: string;
                /** @description The problem type, as a URI */
                type: string;
            } & {
                [key: string]: unknown;
            };
            summary: components["schemas"]["ImportSummary"];
        };
        ImportSummary: {
            /** @description Rows that were left out */
            bad: number;
            changed: number;
            created: number;
            dryRun: boolean;
            /** @description Errors that the report lists; at most 1,000 */
            listed: number;
            /** @description Rows that were read */
            rows: number;
            unchanged: number;
        };
        Item: {
            /** @description false: staff have switched it off, and an order for it is refused */
            available: boolean;
            /**
             * Format: date-time
             * @description When it can be ordered again; absent if it is available, or if that is not known
             */
            availableFrom?: string;
            category: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            id: string;
            itemName: string;
            /** @description Units on the shelf: quantity + reserved - short */
            onHand: number;
            /** @example 12.50 */
            price: string;
            /** @description Units that can be ordered */
            quantity: number;
            /** @description Units promised to orders and still on the shelf, until cooking begins */
            reserved: number;
            /** @description Promised units that a count did not find; 0 unless it found too few */
            short: number;
            threshold: number;
            unit: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        ItemList: {
            data: components["schemas"]["Item"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        LeadTimes: {
            /** @description From placed to preparing */
            accept: {
                /** @description Orders measured */
                orders: number;
                /** @description Median, in seconds; null without orders */
                p50: number | null;
                /** @description 95th percentile, in seconds; null without orders */
                p95: number | null;
            };
            /** @description The current time minus lagMs; null while lagMs is unknown */
            asOf: string | null;
            /** @description From out for delivery to delivered */
            deliver: {
                /** @description Orders measured */
                orders: number;
                /** @description Median, in seconds; null without orders */
                p50: number | null;
                /** @description 95th percentile, in seconds; null without orders */
                p95: number | null;
            };
            /** @description 0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer */
            lagMs: number | null;
            /** @description From preparing to out for delivery */
            prepare: {
                /** @description Orders measured */
                orders: number;
                /** @description Median, in seconds; null without orders */
                p50: number | null;
                /** @description 95th percentile, in seconds; null without orders */
                p95: number | null;
            };
            /** @description Delivered orders; one without a promised time is neither in time nor late */
            promise: {
                /** @description Orders delivered by their promised time */
                inTime: number;
                /** @description Orders delivered later, and how much later */
                late: {
                    /** @description Orders measured */
                    orders: number;
                    /** @description Median, in seconds; null without orders */
                    p50: number | null;
                    /** @description 95th percentile, in seconds; null without orders */
                    p95: number | null;
                };
            };
        };
        Movement: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description Id of a caller, or the name of a service */
            changedBy: string;
            /** @description Change of the quantity */
            delta: number;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            id: string;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            itemId: string;
            note: string | null;
            orderId: string | null;
            quantityAfter: number;
            /**
             * @example CREATED
             * @example RESERVED
             * @example RELEASED
             * @example RESTOCKED
             * @example ADJUSTED
             * @example DELETED
             * @example RECONCILED
             * @example COUNTED
             * @example WRITTEN_OFF
             */
            reason: string;
            /** @description Change of what is short; units that come in or back fill it first */
            shortDelta: number;
            /** @description Version of the item after the movement */
            version: number;
            /** @description Units of a cancelled order that do not come back */
            writtenOff: number;
        };
        MovementList: {
            data: components["schemas"]["Movement"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        Notification: {
            /** @description How often it was tried since it was made, or since the last retry */
            attempts: number;
            /** @enum {unknown} */
            channel: "EMAIL" | "SLACK" | "WEBHOOK";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @enum {unknown} */
            event: "ORDER_PLACED" | "ORDER_STATUS_CHANGED" | "ORDER_READY" | "ORDER_DUE" | "ORDER_LATE" | "LOW_STOCK" | "OUT_OF_STOCK";
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            id: string;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            itemId?: string;
            /** @description Why the last attempt failed */
            lastError: string | null;
            /** @description An attempt was made whose answer was lost: the receiver may have got it more than once */
            maybeSentBefore: boolean;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            orderId?: string;
            sentAt: string | null;
            /** @enum {unknown} */
            status: "PENDING" | "SENDING" | "SENT" | "FAILED";
            /** @description null where the channel knows no subject */
            subject: string | null;
            /** @description The e-mail address, or the name of the Slack channel or webhook */
            target: string;
        };
        NotificationList: {
            data: components["schemas"]["Notification"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        Order: {
            /** @description It is cancelled as NOT_ACCEPTED if the kitchen has not accepted it by then; null: it may wait */
            acceptBy: string | null;
            /** @description When the kitchen accepted it (PREPARING) */
            acceptedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            customerId: string;
            /** @description The time for which the order was scheduled; null: as soon as possible */
            deliverAt: string | null;
            /** @description When it was delivered */
            deliveredAt: string | null;
            deliveryAddress: components["schemas"]["DeliveryAddress"];
            /** @description When a scheduled order is shown to the kitchen; null: at once */
            dueAt: string | null;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            id: string;
            items: {
                /**
                 * Format: uuid
                 * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
                 */
                itemId: string;
                itemName: string;
                /** @example 12.50 */
                lineTotal: string;
                note: string | null;
                quantity: number;
                /** @example 12.50 */
                unitPrice: string;
            }[];
            /** @description When the courier left with it (OUT_FOR_DELIVERY) */
            pickedUpAt: string | null;
            /** @description The promised delivery time; null if no time was promised */
            promisedDeliveryAt: string | null;
            /** @description When the kitchen finished it; an order may leave without that */
            readyAt: string | null;
            /**
             * @description Current status
             * @enum {unknown}
             */
            status: "PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED";
            /** @example 12.50 */
            totalAmount: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @description 1 when placed; each change adds 1 */
            version: number;
        };
        OrderList: {
            data: components["schemas"]["Order"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        OrderWait: {
            /** @description What happens at the deadline */
            atDeadline: string | null;
            /**
             * @description What kind of thing the order waits for
             * @enum {unknown}
             */
            cause: "NOT_PUBLISHED" | "DEAD_LETTER" | "CONSUMER_STOPPED" | "EARLIER_MESSAGE_MISSING" | "CONSUMER_BEHIND" | "MESSAGE_NOT_APPLIED" | "SERVICE_SILENT" | "RESERVATION" | "NOTIFICATION_FAILED" | "ORDERED_FOR_LATER" | "KITCHEN_TO_ACCEPT" | "KITCHEN_TO_FINISH" | "COURIER_TO_PICK_UP" | "COURIER_TO_DELIVER";
            /** @description Until when; null if there is no deadline */
            deadline: string | null;
            /** @description Since when; null if that is not known */
            since: string | null;
            /**
             * @description What it waits for, in words
             * @example the kitchen to accept the order
             */
            what: string;
            /**
             * @description Whose turn it is, and what they can do
             * @example the kitchen
             */
            whose: string;
        };
        PlaceOrder: {
            /**
             * Format: uuid
             * @description For staff: the customer for whom the order is placed, such as one on the phone
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            customerId?: string;
            /**
             * Format: date-time
             * @description Schedules the order: when it shall be delivered, at most 14 days ahead. Its stock is reserved at once
             */
            deliverAt?: string;
            deliveryAddress: {
                /** @description City */
                city: string;
                /** @description Code of the country, such as PT: ISO 3166-1 alpha-2, in upper case */
                country: string;
                /** @description Instructions for the courier; may have line breaks */
                instructions?: string;
                /** @description Street and number */
                line1: string;
                /** @description Floor, flat, company */
                line2?: string;
                /** @description Postal code */
                postalCode: string;
            };
            /**
             * @description The total that the customer saw. If the order comes to another one, nothing is reserved, and the answer is 409 PRICE_CHANGED with `lines` and `total` of now
             * @example 12.50
             */
            expectedTotal?: string;
            /** @description Items to order. Lines of the same item are added up, to at most 10,000 units; their notes are joined */
            items: {
                /**
                 * Format: uuid
                 * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
                 */
                itemId: string;
                /** @description What the kitchen should know of this line */
                note?: string;
                /** @description Units */
                quantity: number;
            }[];
        };
        /** @description A problem document (RFC 9457); some codes have additional members */
        Problem: {
            /**
             * @description The problem type, as a code for programs
             * @example VALIDATION_FAILED
             */
            code: string;
            /** @description What is wrong, and what to do */
            detail: string;
            errors?: {
                /**
                 * @description The path of the field
                 * @example items.0.quantity
                 */
                field: string;
                message: string;
            }[];
            /** @description The HTTP status */
            status: number;
            /** @description The problem type, as text */
            title: string;
            /** @description The problem type, as a URI */
            type: string;
        } & {
            [key: string]: unknown;
        };
        Reconcile: {
            /** @description `nextCursor` of the call before; leave it out to start from the beginning */
            cursor?: string;
            /** @description true: repair what can be repaired; otherwise only report */
            fix?: boolean;
            /** @description Only these items, and the orders whose movements of them do not add up; all unless ids are given */
            itemIds?: string[];
            /** @description Only these orders; all unless ids are given */
            orderIds?: string[];
        };
        ReconcileReport: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            asOf: string;
            checked: {
                /** @description Items compared */
                items: number;
                /** @description Orders compared */
                orders: number;
            };
            counts: {
                /** @description Discrepancies that are repaired */
                fixed: number;
                /** @description Discrepancies */
                found: number;
                /** @description Discrepancies that are not repaired */
                left: number;
                /** @description Orders with events that have not arrived yet, which cannot be compared now */
                underWay: number;
            };
            findings: {
                /** @description What it ought to have */
                expected: string;
                explanation: string;
                /** @description It is repaired */
                fixed: boolean;
                /** @description What the database has */
                found: string;
                /**
                 * Format: uuid
                 * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
                 */
                itemId?: string;
                /** @enum {unknown} */
                kind: "ORDER_MISSING" | "RESERVATION_MISSING" | "RESERVATION_STATE" | "RESERVATION_ATTEMPT" | "RESERVATION_LINES" | "ORDER_LEDGER" | "ITEM_QUANTITY" | "ITEM_RESERVED" | "ITEM_SHORT" | "ITEM_VERSION" | "LEDGER_BROKEN" | "ITEM_MISSING";
                /**
                 * Format: uuid
                 * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
                 */
                orderId?: string;
                /** @description What `fix` does, or what a person has to do */
                remedy: string;
            }[];
            nextCursor: string | null;
        };
        Redrive: {
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            aggregateId?: string;
            /**
             * @description Only report what would be done
             * @default false
             */
            dryRun: boolean;
            eventType?: string;
            /**
             * @description Also those that were redriven already, or too often
             * @default false
             */
            force: boolean;
            /**
             * Format: date-time
             * @description Only those that failed at this time or later
             */
            from?: string;
            /** @description Only this dead letter */
            id?: string;
            /**
             * @description Redrive so many at most
             * @default 100
             */
            limit: number;
            reason?: string;
            redriven?: boolean;
            /**
             * Format: date-time
             * @description Only those that failed before this time
             */
            to?: string;
            topic?: string;
        };
        RedriveReport: {
            /** @description How many are redriven, or would be */
            byReason: {
                [key: string]: number;
            };
            dryRun: boolean;
            ids: string[];
            /** @description There may be more: send the request again */
            more: boolean;
            refused: {
                alreadyRedriven: number;
                /** @description Failed three times after a redrive; another attempt would not help */
                tooOften: number;
                /** @description Only say where the message lies: it did not fit, or could not be read */
                withoutContent: number;
            };
        };
        Restock: {
            /** @description Units that were delivered */
            quantity: number;
        };
        Sales: {
            /** @description The current time minus lagMs; null while lagMs is unknown */
            asOf: string | null;
            /** @description All buckets of the window, including empty ones; they add up to the summary of the window */
            data: {
                /** @description Orders placed in the window, including cancelled ones */
                orders: number;
                /**
                 * @description Total amount of the orders placed in the window and not cancelled until now
                 * @example 1250.00
                 */
                revenue: string;
                /**
                 * Format: date-time
                 * @description Start of the bucket
                 * @example 2026-11-23T12:00:00.000Z
                 */
                start: string;
            }[];
            /**
             * Format: date-time
             * @description Start of the window
             * @example 2026-11-23T12:00:00.000Z
             */
            from: string;
            /** @description Length of a bucket */
            interval: string;
            /** @description 0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer */
            lagMs: number | null;
            /**
             * Format: date-time
             * @description End of the window, excluded
             * @example 2026-11-23T12:00:00.000Z
             */
            to: string;
        };
        SalesSummary: {
            /** @description The current time minus lagMs; null while lagMs is unknown */
            asOf: string | null;
            /**
             * @description Revenue per order that is not cancelled, rounded to the cent; 0.00 if there is none
             * @example 1250.00
             */
            averageOrderValue: string;
            /** @description Share of the orders placed in the window that are cancelled; 0 without orders */
            cancelRate: number;
            /** @description 0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer */
            lagMs: number | null;
            /** @description Orders placed in the window, including cancelled ones */
            orders: number;
            /**
             * @description Total amount of the orders placed in the window and not cancelled until now
             * @example 1250.00
             */
            revenue: string;
        };
        SkipBatch: {
            /**
             * @description The first offset of the batch that cannot be read
             * @example 17
             */
            first: string;
            partition: number;
            topic: string;
        };
        SkipReport: {
            skipRequestedBy: string;
        };
        StockLevel: {
            category: string;
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            itemId: string;
            itemName: string;
            /** @description The quantity is below the threshold */
            low: boolean;
            /** @example 12.50 */
            price: string;
            quantity: number;
            threshold: number;
            unit: string;
            /**
             * Format: date-time
             * @description When the level last changed
             * @example 2026-11-23T12:00:00.000Z
             */
            updatedAt: string;
        };
        StockLevels: {
            /** @description The current time minus lagMs; null while lagMs is unknown */
            asOf: string | null;
            data: components["schemas"]["StockLevel"][];
            /** @description 0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer */
            lagMs: number | null;
            /** @description null on the last page */
            nextCursor: string | null;
        };
        StockPromise: {
            /**
             * Format: uuid
             * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
             */
            orderId: string;
            quantity: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            reservedAt: string;
        };
        StockPromiseList: {
            data: components["schemas"]["StockPromise"][];
            /** @description null on the last page */
            nextCursor: string | null;
        };
        StoppedPartitionList: {
            data: {
                /** @description The size of the batch in the log */
                bytes: number;
                /** @description Why it cannot be read */
                error: string;
                /**
                 * @description The first offset of the batch that cannot be read
                 * @example 17
                 */
                first: string;
                /**
                 * @description The last offset of the batch
                 * @example 17
                 */
                last: string;
                partition: number;
                /** @description Who asked to skip it; the service does so within seconds */
                skipRequestedBy: string | null;
                /**
                 * Format: date-time
                 * @example 2026-01-31T12:00:00.000Z
                 */
                stoppedAt: string;
                topic: string;
            }[];
        };
        SwitchOff: {
            /**
             * Format: date-time
             * @description When it can be ordered again; absent: when it is switched on
             */
            until?: string;
        };
        TimelineEntry: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /**
             * @example PLACED
             * @example CHANGED
             * @example RESERVED
             * @example APPLIED
             * @example DEAD_LETTER
             * @example NOTIFICATION_SENT
             */
            kind: string;
            message?: {
                /** @description The consumer group */
                consumer: string | null;
                /** @description The id of the message */
                eventId: string | null;
                /** @description null if it was not kept */
                offset: string | null;
                partition: number | null;
                topic: string;
            };
            /** @example inventory */
            service: string;
            /** @description What happened, in words */
            text: string;
            /** @description The trace of the request */
            traceId?: string;
        };
        TopItems: {
            /** @description The current time minus lagMs; null while lagMs is unknown */
            asOf: string | null;
            /** @description The best-selling items, by units */
            data: {
                /**
                 * Format: uuid
                 * @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11
                 */
                itemId: string;
                /** @description The current name; if it is unknown, the name in the orders */
                itemName: string;
                /** @description Units in orders that are not cancelled */
                quantity: number;
                /**
                 * @description Amount of these units
                 * @example 1250.00
                 */
                revenue: string;
            }[];
            /** @description 0 if all messages are applied; otherwise how long messages have been waiting, as checked every few seconds; null while Kafka does not answer */
            lagMs: number | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAnalyticsDeadLetters: {
        parameters: {
            query?: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                aggregateId?: string;
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                eventType?: string;
                /** @description Only those that failed at this time or later */
                from?: string;
                /** @description Maximum number of entries */
                limit?: number;
                reason?: string;
                redriven?: boolean;
                /** @description Only those that failed before this time */
                to?: string;
                topic?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetails"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveAnalyticsDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Redrive"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedriveReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAnalyticsStoppedPartitions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoppedPartitionList"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    skipAnalyticsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipBatch"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkipReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFunnel: {
        parameters: {
            query?: {
                /**
                 * @description Only orders placed at this time or later; absent: from the first order
                 * @example 2026-11-23T12:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Only orders placed before this time; absent: up to now
                 * @example 2026-11-23T12:00:00.000Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Funnel"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStockLevels: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @description Maximum number of entries */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockLevels"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLeadTimes: {
        parameters: {
            query?: {
                /**
                 * @description Only orders placed at this time or later; absent: from the first order
                 * @example 2026-11-23T12:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Only orders placed before this time; absent: up to now
                 * @example 2026-11-23T12:00:00.000Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadTimes"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSales: {
        parameters: {
            query?: {
                /**
                 * @description Start; absent: 60 minutes, 24 hours or 30 days before the end, depending on the interval
                 * @example 2026-11-23T12:00:00.000Z
                 */
                from?: string;
                /** @description Length of a bucket; buckets begin at whole minutes, hours or days in UTC; at most 2000 buckets */
                interval?: "minute" | "hour" | "day";
                /**
                 * @description End, excluded; absent: now
                 * @example 2026-11-23T12:00:00.000Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sales"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `TOO_MANY_BUCKETS` (urn:oms:problem:too-many-buckets): The window has too many buckets */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSalesSummary: {
        parameters: {
            query?: {
                /**
                 * @description Only orders placed at this time or later; absent: from the first order
                 * @example 2026-11-23T12:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Only orders placed before this time; absent: up to now
                 * @example 2026-11-23T12:00:00.000Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesSummary"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTopItems: {
        parameters: {
            query?: {
                /**
                 * @description Only orders placed at this time or later; absent: from the first order
                 * @example 2026-11-23T12:00:00.000Z
                 */
                from?: string;
                /** @description How many at most */
                limit?: number;
                /**
                 * @description Only orders placed before this time; absent: up to now
                 * @example 2026-11-23T12:00:00.000Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopItems"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listItems: {
        parameters: {
            query?: {
                /** @description Only items of this category; several: `category=Pizza&category=Pasta` */
                category?: string[];
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @description Maximum number of entries */
                limit?: number;
                /** @description true: only items below their threshold; false: only the others */
                lowStock?: boolean;
                /** @description true: only items of which nothing can be ordered; false: only the others */
                outOfStock?: boolean;
                /** @description Only items whose name contains this text; case, blanks and invisible characters make no difference */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateItem"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The path of what was created */
                    location?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_ITEM_NAME` (urn:oms:problem:duplicate-item-name): Another item has this name */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
                /** @description The ETag of the item that the change is for; 412 when its details have changed. Stock moves do not change the ETag. */
                "if-match"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item is deleted */
            204: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ITEM_HAS_OPEN_RESERVATIONS` (urn:oms:problem:item-has-open-reservations): Open orders hold stock of the item */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED` (urn:oms:problem:precondition-failed): The resource is not in the state the caller expected */
            412: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
                /** @description The ETag of the item that the change is for; 412 when its details have changed. Stock moves do not change the ETag. */
                "if-match"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        /** @description The fields to change. The quantity changes only by restocks, adjustments, counts and orders. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeItem"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_ITEM_NAME` (urn:oms:problem:duplicate-item-name): Another item has this name */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED` (urn:oms:problem:precondition-failed): The resource is not in the state the caller expected */
            412: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adjustItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Adjust"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `INSUFFICIENT_STOCK` (urn:oms:problem:insufficient-stock): There is not enough in stock */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `QUANTITY_TOO_LARGE` (urn:oms:problem:quantity-too-large): More than an item can hold
             *
             *     `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request
             */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Count"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountedItem"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMovements: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @description Maximum number of entries */
                limit?: number;
            };
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportMovements: {
        parameters: {
            query?: {
                /** @description CSV, or JSON lines */
                format?: "csv" | "jsonl";
            };
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole list. A reply that ends without its last part is incomplete */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPromises: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @description Maximum number of entries */
                limit?: number;
            };
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockPromiseList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restockItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Restock"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `QUANTITY_TOO_LARGE` (urn:oms:problem:quantity-too-large): More than an item can hold
             *
             *     `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request
             */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    switchItemOff: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SwitchOff"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    switchItemOn: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request: 1 to 255 visible ASCII characters. The same key within a day returns the first reply and changes nothing. */
                "idempotency-key"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The version of the item, which counts changes of its stock too */
                    "stock-version"?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used for another request */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInventoryDeadLetters: {
        parameters: {
            query?: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                aggregateId?: string;
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                eventType?: string;
                /** @description Only those that failed at this time or later */
                from?: string;
                /** @description Maximum number of entries */
                limit?: number;
                reason?: string;
                redriven?: boolean;
                /** @description Only those that failed before this time */
                to?: string;
                topic?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInventoryDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetails"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveInventoryDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Redrive"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedriveReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInventoryStoppedPartitions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoppedPartitionList"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    skipInventoryBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipBatch"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkipReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDuplicateNames: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DuplicateNames"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportItems: {
        parameters: {
            query?: {
                /** @description Only items of this category; several: `category=Pizza&category=Pasta` */
                category?: string[];
                /** @description CSV, or JSON lines */
                format?: "csv" | "jsonl";
                /** @description true: only items below their threshold; false: only the others */
                lowStock?: boolean;
                /** @description true: only items of which nothing can be ordered; false: only the others */
                outOfStock?: boolean;
                /** @description Only items whose name contains this text; case, blanks and invisible characters make no difference */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole list. A reply that ends without its last part is incomplete */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importItems: {
        parameters: {
            query?: {
                /** @description true: report what would change, and change nothing */
                dryRun?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A file of items: CSV with a header, or one JSON object in each line */
        requestBody: {
            content: {
                /**
                 * @example itemName,onHand,threshold,unit,price,category
                 *     Margherita,20,5,piece,9.50,Pizza
                 */
                "application/x-ndjson": string;
                /**
                 * @example itemName,onHand,threshold,unit,price,category
                 *     Margherita,20,5,piece,9.50,Pizza
                 */
                "text/csv": string;
            };
        };
        responses: {
            /** @description The report */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                    "application/x-ndjson": components["schemas"]["ImportReportLine"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `TOO_BUSY` (urn:oms:problem:too-busy): Too many requests at the moment
             *
             *     `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reconcileInventory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reconcile"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconcileReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): The order service does not answer at the moment
             *
             *     `STOCK_UNAVAILABLE` (urn:oms:problem:stock-unavailable): Stock is not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is still starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                channel?: "EMAIL" | "SLACK" | "WEBHOOK";
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                itemId?: string;
                /** @description Maximum number of entries */
                limit?: number;
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                orderId?: string;
                status?: "PENDING" | "SENDING" | "SENT" | "FAILED";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FAILED` (urn:oms:problem:not-failed): Only a failed notification can be retried */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotificationsDeadLetters: {
        parameters: {
            query?: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                aggregateId?: string;
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                eventType?: string;
                /** @description Only those that failed at this time or later */
                from?: string;
                /** @description Maximum number of entries */
                limit?: number;
                reason?: string;
                redriven?: boolean;
                /** @description Only those that failed before this time */
                to?: string;
                topic?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNotificationsDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetails"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveNotificationsDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Redrive"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedriveReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotificationsStoppedPartitions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoppedPartitionList"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    skipNotificationsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipBatch"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkipReport"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEAD_LETTERS_UNAVAILABLE` (urn:oms:problem:dead-letters-unavailable): Dead letters are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportNotifications: {
        parameters: {
            query?: {
                channel?: "EMAIL" | "SLACK" | "WEBHOOK";
                /** @description CSV, or JSON lines */
                format?: "csv" | "jsonl";
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                itemId?: string;
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                orderId?: string;
                status?: "PENDING" | "SENDING" | "SENT" | "FAILED";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole list. A reply that ends without its last part is incomplete */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DATABASE_UNAVAILABLE` (urn:oms:problem:database-unavailable): The database is not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description Only orders placed at this time or later */
                createdFrom?: string;
                /** @description Only orders placed before this time */
                createdTo?: string;
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                customerId?: string;
                /** @description Maximum number of entries */
                limit?: number;
                /** @description Which orders come first */
                order?: "newest" | "oldest";
                /** @description Only orders with this status; several: `status=PENDING&status=PREPARING` */
                status?: ("PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED")[];
                /** @description For staff: only orders whose step, message, reservation or promise is overdue, as found every 30 s; false: only the others */
                stuck?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    placeOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request: 1 to 255 visible ASCII characters. A repeated request with the same key never places a second order. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaceOrder"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The key of the request; made for it if it had none */
                    "idempotency-key"?: string;
                    /** @description `true` when the reply is that of an earlier request with this key; absent otherwise */
                    "idempotency-replayed"?: string;
                    /** @description The path of what was created */
                    location?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `INSUFFICIENT_STOCK` (urn:oms:problem:insufficient-stock): Not all items are in stock
             *
             *     `ITEM_UNAVAILABLE` (urn:oms:problem:item-unavailable): An item is not available at the moment
             *
             *     `PRICE_CHANGED` (urn:oms:problem:price-changed): The total is not the expected one
             *
             *     `IDEMPOTENCY_IN_FLIGHT` (urn:oms:problem:idempotency-in-flight): A request with this key is in progress
             *
             *     `ORDER_ALREADY_PLACED` (urn:oms:problem:order-already-placed): The key has placed an order before
             */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `UNKNOWN_ITEM` (urn:oms:problem:unknown-item): An item does not exist
             *
             *     `TOTAL_TOO_LARGE` (urn:oms:problem:total-too-large): The total is too large for one order
             *
             *     `IDEMPOTENCY_KEY_REUSED` (urn:oms:problem:idempotency-key-reused): The key was used with another request
             */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `INVENTORY_UNAVAILABLE` (urn:oms:problem:inventory-unavailable): Stock cannot be reserved at the moment
             *
             *     `PLACEMENT_ABANDONED` (urn:oms:problem:placement-abandoned): The attempt took too long
             *
             *     `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is starting
             *
             *     `TOO_BUSY` (urn:oms:problem:too-busy): Too many requests at the moment
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: {
                /** @description Wait until the order has this version, at most 10 s */
                waitFor?: number;
            };
            header?: {
                /** @description The ETag that the client has; 304 if it is still the newest */
                "if-none-match"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The client has the newest version */
            304: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version to change; 412 if the order has another version */
                "if-match"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelOrder"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `INVALID_TRANSITION` (urn:oms:problem:invalid-transition): The order cannot have this status next
             *
             *     `REASON_NOT_ALLOWED` (urn:oms:problem:reason-not-allowed): The order cannot be cancelled for this reason in its status
             *
             *     `RESTOCK_NOT_ALLOWED` (urn:oms:problem:restock-not-allowed): The stock of the order cannot come back
             */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED` (urn:oms:problem:precondition-failed): The resource is not in the state the caller expected */
            412: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ITEM_NOT_IN_ORDER` (urn:oms:problem:item-not-in-order): An item is not in the order */
            422: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamOrder: {
        parameters: {
            query?: {
                /** @description The version that the client has; 0 for all changes from the placement on */
                lastEventId?: string;
            };
            header?: {
                /** @description The version that the client has; 0 for all changes from the placement on */
                "last-event-id"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events until the client disconnects; HTML Living Standard, 9.2 Server-sent events */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `TOO_MANY_STREAMS` (urn:oms:problem:too-many-streams): The caller has too many event streams open */
            429: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `TOO_BUSY` (urn:oms:problem:too-busy): Too many requests at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is starting
             *
             *     `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrderHistory: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page; send it with the same filters */
                cursor?: string;
                /** @description Maximum number of entries */
                limit?: number;
            };
            header?: never;
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeList"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markOrderReady: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version to change; 412 if the order has another version */
                "if-match"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `INVALID_TRANSITION` (urn:oms:problem:invalid-transition): The order cannot have this status next */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED` (urn:oms:problem:precondition-failed): The resource is not in the state the caller expected */
            412: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOrderStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version to change; 412 if the order has another version */
                "if-match"?: string;
            };
            path: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeStatus"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of what the reply shows; for If-Match and If-None-Match */
                    etag?: string;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema
             *
             *     `MALFORMED_BODY` (urn:oms:problem:malformed-body): The body cannot be parsed
             */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_FOUND` (urn:oms:problem:not-found): The resource does not exist */
            404: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `INVALID_TRANSITION` (urn:oms:problem:invalid-transition): The order cannot have this status next */
            409: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED` (urn:oms:problem:precondition-failed): The resource is not in the state the caller expected */
            412: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` (urn:oms:problem:payload-too-large): The body is too large */
            413: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE` (urn:oms:problem:unsupported-media-type): The content type of the body is not supported */
            415: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamOrders: {
        parameters: {
            query?: {
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                customerId?: string;
                /** @description The position that the client has: the id of the last event that it received */
                lastEventId?: string;
                status?: ("PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED")[];
            };
            header?: {
                /** @description The position that the client has: the id of the last event that it received */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events until the client disconnects; HTML Living Standard, 9.2 Server-sent events */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `TOO_MANY_STREAMS` (urn:oms:problem:too-many-streams): The caller has too many event streams open */
            429: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `TOO_BUSY` (urn:oms:problem:too-busy): Too many requests at the moment
             *
             *     `STARTING` (urn:oms:problem:starting): The service is starting
             */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportOrders: {
        parameters: {
            query?: {
                /** @description Only orders placed at this time or later */
                createdFrom?: string;
                /** @description Only orders placed before this time */
                createdTo?: string;
                /** @example 6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11 */
                customerId?: string;
                /** @description CSV, or JSON lines */
                format?: "csv" | "jsonl";
                /** @description Which orders come first */
                order?: "newest" | "oldest";
                /** @description Only orders with this status; several: `status=PENDING&status=PREPARING` */
                status?: ("PENDING" | "PREPARING" | "OUT_FOR_DELIVERY" | "DELIVERED" | "CANCELLED")[];
                /** @description For staff: only orders whose step, message, reservation or promise is overdue, as found every 30 s; false: only the others */
                stuck?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole list. A reply that ends without its last part is incomplete */
            200: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `VALIDATION_FAILED` (urn:oms:problem:validation-failed): The request does not match the schema */
            400: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `UNAUTHENTICATED` (urn:oms:problem:unauthenticated): The caller is not authenticated */
            401: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `FORBIDDEN` (urn:oms:problem:forbidden): The caller may not do this */
            403: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ORDERS_UNAVAILABLE` (urn:oms:problem:orders-unavailable): Orders are not available at the moment */
            503: {
                headers: {
                    /** @description Seconds to wait before the request is sent again */
                    "retry-after"?: number;
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    /** @description The id of the request, also in the log */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
