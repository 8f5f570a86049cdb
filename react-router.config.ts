import type { Config } from '@react-router/dev/config';

export default {
  appDirectory: 'src',
  ssr: true,
  // The site map is small: sent whole, so that no page asks for it later.
  routeDiscovery: { mode: 'initial' },
} satisfies Config;
