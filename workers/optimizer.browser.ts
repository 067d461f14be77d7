import { expose } from 'comlink';
import { createWhatIfApi } from './what-if.api.ts';

expose(createWhatIfApi());
