import type { RevocationFeed } from "./feed.js";
import { linesOf } from "./lines.js";
import type { FeedMessage } from "./message.js";

/**
 * Heartbeats come every 250 ms; without any message for this long, the connection counts as dead although nobody closed
 * it.
 */
const LONGEST_SILENCE_MS = 2_000;
const SUBSCRIBE_WITHIN_MS = 5_000;
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/**
 * How long one subscription is kept, cut by chance up to a tenth: clocks drift apart, and how long a request was under
 * way counts for as long as its subscription lives.
 */
const KEPT_FOR_MS = 3_600_000;

export interface FeedSource {
  /** Where the events are. */
  url: string;
  /** A server API key with the scope revocations:read. */
  apiKey: string;
  fetch: typeof fetch;
  /** Hears of each interruption, for logs; another subscription follows by itself. */
  onInterruption?: ((reason: string) => void) | undefined;
}

/** Keeps a feed supplied until it is stopped: subscribes, applies what comes, and begins anew whenever that stops. */
export function follow(feed: RevocationFeed, source: FeedSource): () => void {
  const stopped = new AbortController();
  void (async () => {
    let lastEventId: string | undefined;
    for (let interruptions = 0; !stopped.signal.aborted; interruptions += 1) {
      try {
        await listen(feed, source, stopped.signal, lastEventId, (id, isHeartbeat) => {
          lastEventId = id ?? lastEventId;
          if (isHeartbeat) interruptions = 0;
        });
      } catch (error) {
        if (stopped.signal.aborted) return;
        report(source, error);
      }
      await pause(interruptions, stopped.signal);
    }
  })();
  return () => stopped.abort();
}

/** A logger that fails must not end the following. */
function report({ onInterruption }: FeedSource, error: unknown): void {
  try {
    onInterruption?.(error instanceof Error ? error.message : String(error));
  } catch {
    // There is nobody left to tell.
  }
}

async function listen(
  feed: RevocationFeed,
  source: FeedSource,
  stopped: AbortSignal,
  lastEventId: string | undefined,
  onMessage: (id: string | undefined, isHeartbeat: boolean) => void,
): Promise<void> {
  const connection = new AbortController();
  const stop = (): void => connection.abort();
  stopped.addEventListener("abort", stop, { once: true });
  let timer = setTimeout(stop, SUBSCRIBE_WITHIN_MS);
  let isOver = false;
  const renewing = setTimeout(
    () => {
      isOver = true;
      stop();
    },
    KEPT_FOR_MS * (1 - Math.random() / 10),
  );
  const subscribedAt = performance.now();
  try {
    const headers: Record<string, string> = { accept: "text/event-stream", authorization: `Bearer ${source.apiKey}` };
    if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
    const response = await source.fetch(source.url, { headers, signal: connection.signal, redirect: "manual" });
    if (!response.ok) throw new Error(`the revocation feed was refused with status ${response.status}`);
    for await (const { id, data } of eventsOf(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(stop, LONGEST_SILENCE_MS);
      const message = JSON.parse(data) as FeedMessage;
      feed.apply(message, subscribedAt);
      onMessage(id, message.type === "heartbeat");
    }
    throw new Error("the revocation feed was closed");
  } catch (error) {
    if (!isOver) throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(renewing);
    stopped.removeEventListener("abort", stop);
    connection.abort();
  }
}

/** Server-sent events, of which an id and data are all that matters here. */
async function* eventsOf(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ id: string | undefined; data: string }> {
  let id: string | undefined;
  let data: string[] = [];
  for await (const line of linesOf(body)) {
    if (line === "") {
      if (data.length > 0) yield { id, data: data.join("\n") };
      data = [];
    } else if (line.startsWith("data:")) {
      data.push(line.slice(line[5] === " " ? 6 : 5));
    } else if (line.startsWith("id:")) {
      id = line.slice(line[3] === " " ? 4 : 3);
    }
  }
}

/** Doubles with each interruption, cut by chance, so that thousands of verifiers don't come back at the same moment. */
function pause(interruptions: number, stopped: AbortSignal): Promise<void> {
  const whole = Math.min(SHORTEST_PAUSE_MS * 2 ** Math.min(interruptions, 16), LONGEST_PAUSE_MS);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stopped.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, whole / 2 + (Math.random() * whole) / 2);
    // A process that has nothing else to do may end.
    (timer as unknown as { unref?: () => void }).unref?.();
    stopped.addEventListener("abort", end, { once: true });
  });
}
