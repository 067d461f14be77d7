import { PgBoss } from 'pg-boss';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import type { Log } from '../log.ts';
import { fetchPublished, zonesInUse } from '../market/publish.service.ts';

/**
 * startJobs runs what the clock on the wall starts: fetching prices. It runs as the
 * owner, since the queue makes its own tables.
 */
export async function startJobs(args: {
  ownerUrl: string; db: Db; clock: Clock; log: Log; entsoe: { baseUrl: string; token: string } | null;
}): Promise<{ close(): Promise<void> }> {
  const { db, clock, log, entsoe } = args;
  const boss = new PgBoss({ connectionString: args.ownerUrl, schema: 'pgboss', max: 2 });
  boss.on('error', (error) => log.warn({ error: error.message }, 'job queue failed'));
  await boss.start();
  const schedule = async (name: string, cron: string, work: () => Promise<void>) => {
    await boss.createQueue(name);
    await boss.work(name, async () => { await work(); });
    await boss.schedule(name, cron);
  };
  if (entsoe !== null) {
    const fetchAll = async () => {
      for (const zone of await zonesInUse(db)) {
        await fetchPublished({ db, clock }, { zone, ...entsoe }).catch((error: unknown) => {
          log.error({ zone, error: error instanceof Error ? error.message : String(error) }, 'prices could not be fetched');
        });
      }
    };
    await schedule('prices-fetch', '*/10 * * * *', fetchAll);
    await boss.send('prices-fetch', {});
  }
  return { close: () => boss.stop({ graceful: true, timeout: 5_000 }) };
}
