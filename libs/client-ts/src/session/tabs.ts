import { type Held, parseHeld } from "./held.js";

/**
 * What tabs of one origin tell each other:
 * - `session`: somebody has signed in, refreshed or switched; with what is held since, which says when the session
 *   began.
 * - `signed-out`: somebody has signed out of what was held; stamped with that moment.
 * - `exchanging`, `exchanged`: a call that gives the session other credentials is still under way, or has ended.
 * - `organizations`: the user belongs to others than before, or they look different.
 */
export type TabNews = "session" | "signed-out" | "exchanging" | "exchanged" | "organizations";

interface Message {
  kind: TabNews;
  held?: string;
}

/**
 * Tells the other tabs. The whole state goes with the message, since what one tab writes to a shared storage may be
 * read late in another; tokens travel no further than the storage that all of them can read.
 */
export class Tabs {
  #channel: BroadcastChannel | undefined;

  /** `hear` gets what other tabs tell. */
  constructor(name: string | undefined, hear: (kind: TabNews, held: Held | undefined) => void) {
    if (name === undefined || typeof BroadcastChannel === "undefined") return;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<Message | null>) => {
      if (data) hear(data.kind, parseHeld(data.held));
    };
    // In Node an open channel would keep the process running.
    (channel as { unref?: () => void }).unref?.();
    this.#channel = channel;
  }

  tell(kind: TabNews, held?: Held): void {
    this.#channel?.postMessage({ kind, held: held && JSON.stringify(held) } satisfies Message);
  }

  /** What ends after this is told nobody: others find it in the storage. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}
