const SHAPE = /^([iob]):(\d{1,15})$/;

/**
 * The numbers of the changes that this client has made: sent back, they keep a server that has not heard of a change
 * yet from answering as if it had not happened.
 */
export class Positions {
  /** By service; whichever changed something last stands last. */
  readonly #highest = new Map<string, number>();

  /** Takes in a `Guildhall-Position`. */
  note(header: string | null): void {
    const [, service, digits] = SHAPE.exec(header ?? "") ?? [];
    if (service === undefined) return;
    const highest = Math.max(Number(digits), this.#highest.get(service) ?? 0);
    this.#highest.delete(service);
    this.#highest.set(service, highest);
  }

  /** What to send as `Guildhall-Min-Position`: one, of the service that changed something last. */
  get demanded(): string | undefined {
    return [...this.#highest].at(-1)?.join(":");
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
  }
}
