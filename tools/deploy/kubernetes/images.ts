// The images that the cluster runs: the published ones, or those that the environment names.

import { relative } from 'node:path';
import { stringify } from 'yaml';
import { services } from '../../dev/stack/services.ts';

const env = process.env;

/** As `npm run images` names them. */
export const prefix = env['OMS_IMAGES'] || 'oms';
export const tag = env['OMS_TAG'] || '0.1.0';

/** By the names that the manifests of k8s/first-try have. */
const surroundings: Record<string, string | undefined> = {
  'oms/development': `${prefix}/development:${tag}`,
  postgres: env['OMS_IMAGE_POSTGRES'],
  'apache/kafka': env['OMS_IMAGE_KAFKA'],
  'apicurio/apicurio-registry': env['OMS_IMAGE_REGISTRY'],
  'maildev/maildev': env['OMS_IMAGE_MAIL'],
};
const named = Object.entries(surroundings).flatMap(([name, image]) => (image ? [{ name, image }] : []));

/** Those that a cluster can't be expected to find: our own, also of another tag, and what the environment names. */
export function ownImages(otherTag?: string): string[] {
  const tags = otherTag ? [tag, otherTag] : [tag];
  return [
    ...tags.flatMap((one) => services.map((service) => `${prefix}/${service}:${one}`)),
    ...named.map(({ image }) => image),
  ];
}

/** A kustomization, to be written to `folder`, that lays these images over the manifests in `base`. */
export function withImages(base: string, folder: string): string {
  const images = named.map(({ name, image }) => {
    const colon = image.lastIndexOf(':');
    return { name, newName: image.slice(0, colon), newTag: image.slice(colon + 1) };
  });
  return stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(folder, base)],
    images,
  });
}
