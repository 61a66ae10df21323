// The published images that parts of the stack run from, here and in docker/compose.yaml.

export const publicImages = {
  postgres: 'postgres:18',
  kafka: 'apache/kafka:4.1.0',
  registry: 'apicurio/apicurio-registry:3.1.0',
} as const;

export type Image = keyof typeof publicImages;

/** Other images by OMS_IMAGE_POSTGRES, OMS_IMAGE_KAFKA, OMS_IMAGE_REGISTRY. */
export function imageOf(part: Image): string {
  return process.env[imageVariable(part)] || publicImages[part];
}

export function imageVariable(part: Image): string {
  return `OMS_IMAGE_${part.toUpperCase()}`;
}
