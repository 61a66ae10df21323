/** Whether this process is on its way out: readiness, replies and loops look here. */

export const processState = { stopping: false };
