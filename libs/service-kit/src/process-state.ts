/** Whether this process is stopping; readiness, replies and loops read it. */

export const processState = { stopping: false };
