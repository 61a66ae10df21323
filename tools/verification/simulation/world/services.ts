// The services of the simulated system.

export const services = ['order', 'inventory', 'analytics', 'notification'] as const;
export type Service = (typeof services)[number];
