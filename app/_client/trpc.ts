import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '#server/trpc/root.ts';

const URL_PATH = '/api/trpc';
/** The server refuses larger batches. */
const BATCH_MAX = 20;

/** The browser's way to the procedures; streams are server-sent events. */
export const trpc = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url: URL_PATH, transformer: superjson }),
      false: httpBatchLink({ url: URL_PATH, transformer: superjson, maxItems: BATCH_MAX }),
    }),
  ],
});
