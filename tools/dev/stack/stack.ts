// What a running development stack offers, whichever provider started it.

export { databaseServices, services, type Service } from './services.ts';

export type PartName = 'kafka' | 'postgres' | 'registry' | 'mail';

/** One process of the stack; `start` resolves when it answers again. `kill` sends any signal, SIGSTOP and SIGCONT too. */
export type Part = {
  readonly pid: number;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
};

export type Stack = {
  /** A role that may create databases and roles. */
  adminDatabaseUrl: string;
  databaseUrl(service: string): string;
  kafkaBrokers: string[];
  registryUrl: string;
  smtpUrl: string;
  mailPageUrl: string;
  slackUrl: string;
  webhookUrl: string;
  postsPageUrl: string;
  issuerUrl: string;
  serviceClient(service: string): { id: string; secret: string };
  part(name: PartName): Part;
  stop(): Promise<void>;
};

/** What a provider starts; the mail catcher, the posts catcher and the issuer are added in process. */
export type Backbone = Pick<Stack, 'adminDatabaseUrl' | 'databaseUrl' | 'kafkaBrokers' | 'registryUrl' | 'stop'> & {
  part(name: Exclude<PartName, 'mail'>): Part;
};

export type ProviderName = 'embedded' | 'containers' | 'external';
