import { Buffer } from 'node:buffer';
import WebSocket from 'ws';

/** What became of a call of ours. `lost`: no answer before a time-out or the end of the socket. */
export type Answer =
  | { type: 'result'; payload: unknown }
  | { type: 'error'; code: string; description: string }
  | { type: 'lost' };

/** What we answer to a call. `then` runs after the answer has been written. */
export type Reply =
  | { type: 'result'; payload: object; then?: () => void }
  | { type: 'error'; code: string; description: string }
  | { type: 'silence' };

export type LinkOptions = {
  /** Base URL; the station's id is appended as the last path segment. */
  url: string;
  id: string;
  key: string | Uint8Array;
  subprotocol: string;
  /** Real ms. */
  callTimeoutMs: number;
  reconnectMinMs: number;
  reconnectMaxMs: number;
};

export type LinkHandlers = {
  onOpen: () => void;
  onClose: (reason: string) => void;
  onRequest: (request: { messageId: string; action: string; payload: unknown }) => Reply;
};

type Waiting = { messageId: string; resolve: (answer: Answer) => void; timer: NodeJS.Timeout };

/** One OCPP-J socket that re-makes itself with back-off until it is closed on purpose. */
export class Link {
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  #socket: WebSocket | null = null;
  #waiting: Waiting | null = null;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;
  #wanted = false;

  constructor(options: LinkOptions, handlers: LinkHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open(): void {
    this.#wanted = true;
    if (this.#socket === null && this.#retry === null) this.#dial();
  }

  /** Ends the socket; `abrupt` drops the TCP connection without a close frame. */
  close(abrupt: boolean): void {
    this.#wanted = false;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const socket = this.#socket;
    if (socket === null) return;
    if (abrupt) socket.terminate();
    else socket.close(1000);
    this.#lost(socket, 'closed here');
  }

  /** Drops the socket and dials again, as after a loss of the network. */
  redial(): void {
    this.#socket?.terminate();
  }

  /** Sends one call; the caller waits for its answer before it sends the next. */
  call(messageId: string, action: string, payload: object): Promise<Answer> {
    const socket = this.#socket;
    if (socket === null || !this.isOpen()) return Promise.resolve({ type: 'lost' });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle(messageId, { type: 'lost' });
        // A peer that does not answer is taken for dead: half-open sockets show no other sign.
        socket.terminate();
      }, this.#options.callTimeoutMs);
      this.#waiting = { messageId, resolve, timer };
      socket.send(JSON.stringify([2, messageId, action, payload]));
    });
  }

  #dial(): void {
    this.#retry = null;
    const { url, id, key, subprotocol } = this.#options;
    const credentials = Buffer.concat([Buffer.from(`${id}:`), Buffer.from(key)]);
    const socket = new WebSocket(`${url}/${encodeURIComponent(id)}`, [subprotocol], {
      headers: { authorization: `Basic ${credentials.toString('base64')}` },
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.#failures = 0;
      this.#handlers.onOpen();
    });
    socket.on('message', (data: Buffer) => this.#receive(socket, data.toString('utf8')));
    socket.on('close', (code) => this.#lost(socket, `close code ${code}`));
    socket.on('error', (error) => this.#lost(socket, error.message));
  }

  #lost(socket: WebSocket, reason: string): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    if (this.#waiting !== null) this.#settle(this.#waiting.messageId, { type: 'lost' });
    this.#handlers.onClose(reason);
    if (!this.#wanted) return;
    const { reconnectMinMs, reconnectMaxMs } = this.#options;
    const waitMs = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    // Jitter spreads a fleet that lost its server at one instant.
    this.#retry = setTimeout(() => this.#dial(), waitMs * (0.8 + Math.random() * 0.4));
  }

  #settle(messageId: string, answer: Answer): void {
    const waiting = this.#waiting;
    if (waiting === null || waiting.messageId !== messageId) return;
    this.#waiting = null;
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
  }

  #receive(socket: WebSocket, text: string): void {
    const frame: unknown = parseJson(text);
    if (!Array.isArray(frame)) return;
    const [type, messageId, third, fourth] = frame as unknown[];
    if (typeof messageId !== 'string') return;
    if (type === 3) this.#settle(messageId, { type: 'result', payload: third });
    if (type === 4) {
      this.#settle(messageId, {
        type: 'error',
        code: String(third),
        description: String(fourth),
      });
    }
    if (type === 2 && typeof third === 'string') {
      this.#answer(socket, { messageId, action: third, payload: fourth });
    }
  }

  #answer(
    socket: WebSocket,
    request: { messageId: string; action: string; payload: unknown },
  ): void {
    const reply = this.#handlers.onRequest(request);
    if (reply.type === 'silence' || socket.readyState !== WebSocket.OPEN) return;
    const { messageId } = request;
    const frame =
      reply.type === 'result'
        ? [3, messageId, reply.payload]
        : [4, messageId, reply.code, reply.description, {}];
    socket.send(JSON.stringify(frame));
    if (reply.type === 'result') reply.then?.();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
