/**
 * Lets what exchanges the refresh token happen one after the other: two exchanges at once would leave one of two pairs
 * of tokens behind that the server has already replaced.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does this when everything that was handed in before has ended. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
