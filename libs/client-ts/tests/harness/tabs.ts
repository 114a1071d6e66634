import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { SessionStorage } from "@guildhall/client";

/** What two tabs of one origin share. */
export class SharedStorage implements SessionStorage {
  readonly items = new Map<string, string>();
  readonly channel: string;

  constructor(name: string) {
    this.channel = name;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

/** The same storage, without the channel: a tab that hears nothing of the others. */
export function bound(storage: SharedStorage): SessionStorage {
  return {
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => storage.setItem(key, value),
    removeItem: (key) => storage.removeItem(key),
  };
}

/** Waits for something to become true. */
export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isTrue()) {
    assert.ok(Date.now() < deadline, "it did not happen within five seconds");
    await pause(1);
  }
}
