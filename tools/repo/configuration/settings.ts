// Every setting that a service or a program of its image reads, from the schema that it is checked against at the start.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Type, type loadConfig } from '@oms/service-kit';
import { recoverSettings } from '@oms/service-kit/recover';
import { migrateSettings, registerSettings } from '../../deploy/images/programs/settings.ts';
import { root } from '../../database/migrate/databases.ts';
import { services } from '../../dev/stack/services.ts';

export type Setting = {
  name: string;
  about: string;
  /** What it may be, in words. */
  value: string;
  /** What it is when it is not set; null when nothing. */
  fallback: string | null;
  isRequired: boolean;
  /** What must be set with it. */
  needs: readonly string[];
};
type Schema = Parameters<typeof loadConfig>[0];
export type Reader = { name: string; settings: Setting[] };

type Property = {
  description?: string;
  type?: string;
  enum?: readonly string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  default?: string | number | boolean;
  needs?: readonly string[];
};

/** The services, and then the programs that each of their images has, but for `health`, which has the settings of its service. */
export async function readers(): Promise<Reader[]> {
  const ofServices = await Promise.all(
    services.map(async (service) => ({ name: service, settings: await settingsOf(service) })),
  );
  return [
    ...ofServices,
    { name: '`migrate`', settings: settingsIn(migrateSettings) },
    { name: '`register`', settings: settingsIn(registerSettings) },
    { name: '`recover`', settings: settingsIn(Type.Object(recoverSettings)) },
  ];
}

/** By the path of its file: no project imports a service. */
export async function settingsOf(service: string): Promise<Setting[]> {
  const file = pathToFileURL(join(root, 'apps', service, 'src/config.ts')).href;
  const { settings } = (await import(file)) as { settings: Schema };
  return settingsIn(settings);
}

export function settingsIn(schema: Schema): Setting[] {
  return Object.entries(schema.properties as Record<string, Property>).map(([name, property]) => ({
    name,
    about: property.description ?? '',
    value: valueOf(name, property),
    fallback: property.default === undefined || property.default === '' ? null : String(property.default),
    isRequired: (schema.required ?? []).includes(name) && property.default === undefined,
    needs: property.needs ?? [],
  }));
}

const units: readonly [end: RegExp, unit: string][] = [
  [/_MS$/, ' of milliseconds'],
  [/_SECONDS$/, ' of seconds'],
  [/_MINUTES$/, ' of minutes'],
  [/_BYTES$/, ' of bytes'],
];
const addresses: readonly [pattern: RegExp, kind: string][] = [
  [/^\^postgres/, '`postgres://` address'],
  [/^\^smtp/, '`smtp://` or `smtps://` address'],
  [/^\^http/, '`http://` or `https://` address'],
];

function valueOf(name: string, { type, enum: words, pattern = '', minimum, maximum }: Property): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer') {
    const unit = units.find(([end]) => end.test(name))?.[1] ?? '';
    return `whole number${unit}, ${inWords(minimum ?? 0)} ${maximum === undefined ? 'or more' : `to ${inWords(maximum)}`}`;
  }
  if (name.endsWith('_FILE')) return 'path of a file';
  return addresses.find(([start]) => start.test(pattern))?.[1] ?? 'text';
}

function inWords(value: number): string {
  return value.toLocaleString('en-US');
}
