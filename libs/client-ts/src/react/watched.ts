/** What a component is shown of something that is read from the server. */
export interface View<Data> {
  /** What was read last; empty while nothing was. */
  readonly data: Data;
  /** Whether nothing has been read yet. */
  readonly isPending: boolean;
  /** Why the last reading failed; null when it didn't. What was read before stays in `data`. */
  readonly error: Error | null;
}

/** A view that changes, and tells whoever watches it. What is set while nobody does is there for the next one. */
export class Watched<Shown extends View<unknown>> {
  #view: Shown;
  readonly #watchers = new Set<() => void>();
  readonly #onWatch: () => void;

  /** `onWatch` is called whenever somebody begins to watch. */
  constructor(view: Shown, onWatch: () => void) {
    this.#view = view;
    this.#onWatch = onWatch;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The same object until something changes. */
  readonly view = (): Shown => this.#view;

  /** Answers how to stop watching. */
  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    this.#onWatch();
    return () => this.#watchers.delete(changed);
  };

  set(view: Shown): void {
    const before = this.#view;
    const isSame = (Object.keys(view) as (keyof Shown)[]).every((key) => Object.is(view[key], before[key]));
    if (isSame) return;
    this.#view = view;
    for (const changed of this.#watchers) changed();
  }
}

/** Whatever was thrown, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
