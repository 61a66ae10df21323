// The types of the internal class of kafkajs that kafka.ts corrects.

declare const RequestQueue: {
  prototype: {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  };
};
export default RequestQueue;
