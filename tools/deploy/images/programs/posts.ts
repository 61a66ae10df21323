// `posts`: the development stack's receiver of Slack and webhook posts.

import { loadConfig } from '@oms/service-kit';
import { startPosts } from '../../../dev/stack/posts.ts';
import { postsSettings } from './settings.ts';

const { HOST: host, PORT: port } = loadConfig(postsSettings);
const { pageUrl } = await startPosts({ host, port });
console.log(`posts are shown at ${pageUrl}`);
