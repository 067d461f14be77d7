import type { TestProject } from 'vitest/node';
import { createDatabase, startEmbeddedPostgres } from './embedded.ts';
import type { StatusLog } from './embedded-server.ts';
import { migrate } from './migrate.ts';

const TEMPLATE = 'valley_template';
const quiet: StatusLog = { info: () => undefined, warn: () => undefined };

/** Starts the run's database server and migrates the template that test files copy. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbeddedPostgres({ log: quiet, scratch: true, durable: false });
  try {
    const templateUrl = await createDatabase(server.url, TEMPLATE);
    await migrate({ url: templateUrl, log: quiet, appPassword: server.appPassword });
  } catch (error) {
    await server.stop();
    throw error;
  }
  const adminUrl = new URL(server.url);
  adminUrl.pathname = '/postgres';
  project.provide('testServer', {
    adminUrl: adminUrl.href,
    templateName: TEMPLATE,
    appPassword: server.appPassword,
  });
  return () => server.stop();
}
