import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { optimizerApi } from './optimizer.api.ts';

if (parentPort === null) throw new Error('optimizer.node.ts runs in a worker thread only');
expose(optimizerApi, nodeEndpoint(parentPort));
