// `posts`: the development stack's catcher of Slack and webhook posts.

import { loadConfig, processSettings, Type } from '@oms/service-kit';
import { startPosts } from '../../stack/posts.ts';

const { HOST: host, PORT: port } = loadConfig(Type.Object({ HOST: processSettings.HOST, PORT: processSettings.PORT }));
const { pageUrl } = await startPosts({ host, port });
console.log(`posts are shown at ${pageUrl}`);
