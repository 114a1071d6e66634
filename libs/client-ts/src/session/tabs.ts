import { type Held, parseHeld } from "./held.js";

/** What tabs of one origin tell each other. */
export interface TabListener {
  /** Another tab has signed in, refreshed or switched. */
  onSession(held: Held): void;
  /** Another tab has signed out of what was held there. */
  onSignedOut(held: Held): void;
}

interface Message {
  kind: "session" | "signed-out";
  held: string;
}

/**
 * Tells the other tabs. The whole state goes with the message, since what one tab writes to a shared storage may be
 * read late in another; tokens travel no further than the storage that all of them can read.
 */
export class Tabs {
  #channel: BroadcastChannel | undefined;

  constructor(name: string | undefined, listener: TabListener) {
    if (name === undefined || typeof BroadcastChannel === "undefined") return;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      const held = parseHeld(data.held);
      if (held === undefined) return;
      if (data.kind === "signed-out") listener.onSignedOut(held);
      else listener.onSession(held);
    };
    // In Node an open channel would keep the process running.
    (channel as { unref?: () => void }).unref?.();
    this.#channel = channel;
  }

  tellSession(held: Held): void {
    this.#tell({ kind: "session", held: JSON.stringify(held) });
  }

  /** Without tokens, of which only the end matters; stamped with the moment of the sign-out. */
  tellSignedOut(held: Held): void {
    const { accessToken: _access, refreshToken: _refresh, ...rest } = held;
    const stamp = Math.max(Date.now(), held.stamp);
    this.#tell({ kind: "signed-out", held: JSON.stringify({ ...rest, stamp }) });
  }

  /** What ends after this is told nobody: others find it in the storage. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #tell(message: Message): void {
    this.#channel?.postMessage(message);
  }
}
