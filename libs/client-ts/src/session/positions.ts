const SHAPE = /^([iob]):(\d{1,15})$/;

/**
 * The numbers of the changes that this client has made: sent back, they keep a server that has not heard of a change
 * yet from answering as if it had not happened.
 */
export class Positions {
  readonly #highest = new Map<string, number>();
  #latest: string | undefined;

  /** Takes in a `Guildhall-Position`. */
  note(header: string | null): void {
    const [, service, digits] = SHAPE.exec(header ?? "") ?? [];
    if (service === undefined) return;
    this.#highest.set(service, Math.max(Number(digits), this.#highest.get(service) ?? 0));
    this.#latest = service;
  }

  /** What to send as `Guildhall-Min-Position`: one, of the service that changed something last. */
  get demanded(): string | undefined {
    return this.#latest === undefined ? undefined : `${this.#latest}:${this.#highest.get(this.#latest) ?? 0}`;
  }

  /** What is known now, to be handed to `forget`. */
  get snapshot(): ReadonlyMap<string, number> {
    return new Map(this.#highest);
  }

  /** Forgets what a token that was asked for after this snapshot knows by itself. */
  forget(known: ReadonlyMap<string, number>): void {
    for (const [service, number] of known) {
      if (this.#highest.get(service) === number) this.#highest.delete(service);
    }
    if (this.#latest !== undefined && !this.#highest.has(this.#latest)) {
      this.#latest = [...this.#highest.keys()].at(-1);
    }
  }
}
