// `npm run images`: builds an image of each service, and prints their sizes.

import { Argument, Command, Option } from 'commander';
import { services } from '../../dev/stack/stack.ts';
import { baseImage, buildImage } from './build-image.ts';

type ImageOptions = { nodeImage: string; prefix: string; tag: string };

const command = new Command()
  .name('npm run images --')
  .description('Builds container images of the services from docker/service.Dockerfile.')
  .addArgument(new Argument('[services...]', 'which; all services unless given').choices([...services, 'development']))
  .option('--node-image <image>', 'what they stand on', baseImage)
  .addOption(
    new Option('--prefix <prefix>', 'registry and path before the name of the service')
      .env('OMS_IMAGES')
      .default('oms'),
  )
  .addOption(new Option('--tag <tag>', 'after the name of the service').env('OMS_TAG').default('latest'))
  .parse();
const { nodeImage, prefix, tag } = command.opts<ImageOptions>();
const wanted = command.processedArgs[0] as string[];

try {
  const rows: [string, number][] = [];
  for (const service of wanted.length > 0 ? wanted : services) {
    const name = `${prefix}/${service}:${tag}`;
    rows.push([name, await buildImage({ service, tag: name, base: nodeImage, loud: true })]);
  }
  console.log('');
  for (const [name, mb] of rows) console.log(`  ${name.padEnd(40)}${mb.toFixed(0).padStart(5)} MB`);
} catch (error) {
  console.error(error instanceof Error ? error.message.trim() : String(error));
  process.exitCode = 1;
}
