import type { AccessClaims } from "../claims.js";
import type { ChangeEvent, PositionsMessage, Service } from "./message.js";

export type Verdict = "nothing known" | "stale" | "revoked";

/** What the table says of a token. */
export interface Judgement {
  verdict: Verdict;
  /** Whether the token's positions count in the present epoch; if not, the table can't know everything about it. */
  isOfPresentEpoch: boolean;
}

interface Entry {
  /** Which epoch, counted from the first that was heard of. */
  epoch: number;
  /** The latest position of each service that says something of the subject; 0 for none. */
  positions: PositionsMessage;
  endsSessions: boolean;
  /** When no living token is concerned any more, in milliseconds. */
  expires: number;
}

interface Epoch {
  name: string;
  /** For each service: all tokens that know less are refused. */
  floors: PositionsMessage;
}

const NOWHERE: PositionsMessage = { i: 0, o: 0, b: 0 };
/** The present epoch and two before it. */
const EPOCHS_REMEMBERED = 3;

/**
 * What was taken away lately, by whom it concerns: the changes of one token's lifetime, whatever the number of users.
 */
export class Table {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;
  /** Those that went, and the present one last. */
  #epochs: Epoch[] = [];
  /** One that is being received. */
  #next: Epoch | undefined;
  /** The number of the first of `#epochs`. */
  #first = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get presentEpoch(): string | undefined {
    return this.#epochs.at(-1)?.name;
  }

  /**
   * Makes room for an epoch's changes before it counts. An epoch that went doesn't come back: then it answers false.
   */
  prepare(epoch: string): boolean {
    if (epoch === this.presentEpoch) return true;
    if (this.#epochs.some(({ name }) => name === epoch)) return false;
    if (this.#next?.name !== epoch) this.#next = { name: epoch, floors: { ...NOWHERE } };
    return true;
  }

  /** The epoch that was prepared is the present one. */
  begin(epoch: string): void {
    if (this.#next?.name !== epoch) return;
    this.#epochs.push(this.#next);
    this.#next = undefined;
    if (this.#epochs.length > EPOCHS_REMEMBERED) {
      this.#epochs.shift();
      this.#first += 1;
    }
  }

  /** Whether an epoch is the one that numbers count in now; undefined where it was never heard of, as it may come yet. */
  isPresent(epoch: string): boolean | undefined {
    return this.#epochs.some(({ name }) => name === epoch) ? epoch === this.presentEpoch : undefined;
  }

  /** Keeps what a change of this epoch says. */
  record(event: ChangeEvent, epoch: string, expires: number): void {
    const isPresent = epoch === this.presentEpoch;
    const floors = isPresent ? this.#epochs.at(-1)?.floors : this.#next?.floors;
    if (floors === undefined) return;
    const subject = subjectOf(event);
    const number = this.#first + this.#epochs.length - (isPresent ? 1 : 0);
    if (subject !== undefined && (this.#entries.has(subject) || this.#entries.size < this.#capacity)) {
      const positions = { ...NOWHERE, [event.service]: event.position };
      const endsSessions = event.kind === "session" || (event.kind === "user" && event.ended === true);
      const entry = { epoch: number, positions, endsSessions, expires };
      this.#entries.set(subject, joined(this.#entries.get(subject), entry));
    } else {
      // What isn't understood, or finds no room, concerns everybody.
      floors[event.service] = Math.max(floors[event.service], event.position);
    }
  }

  judge(claims: AccessClaims): Judgement {
    const index = this.#epochs.findIndex(({ name }) => name === claims.asof.e);
    const session = this.#entries.get(`session ${claims.sid}`);
    if (index < 0) return { verdict: session ? "revoked" : "nothing known", isOfPresentEpoch: false };
    return {
      verdict: this.#judgeKnown(claims, index, session),
      isOfPresentEpoch: index === this.#epochs.length - 1,
    };
  }

  /** Forgets what no living token is concerned by. */
  sweep(now: number): void {
    for (const [subject, entry] of this.#entries) {
      if (entry.expires <= now) this.#entries.delete(subject);
    }
  }

  #judgeKnown(claims: AccessClaims, index: number, session: Entry | undefined): Verdict {
    const epoch = this.#first + index;
    /** Whether an entry tells the token something that it doesn't know. A later epoch's counts whatever it says. */
    const isNews = (entry: Entry | undefined, ...services: Service[]): boolean => {
      if (entry === undefined || entry.epoch < epoch) return false;
      return entry.epoch > epoch || services.some((service) => entry.positions[service] > claims.asof[service]);
    };
    // No session lives again, in whatever epoch it ended.
    if (session !== undefined && (session.epoch !== epoch || isNews(session, "i"))) return "revoked";
    const user = this.#entries.get(`user ${claims.sub}`);
    if (isNews(user, "i", "o")) return user?.endsSessions ? "revoked" : "stale";
    if (this.#isBelowAFloor(claims, index)) return "stale";
    const organization = claims.active_org_id;
    if (organization === undefined) return "nothing known";
    const services: Service[] = claims.subscription === undefined ? ["o"] : ["o", "b"];
    const isStale =
      isNews(this.#entries.get(`membership ${claims.sub} ${organization}`), "o") ||
      isNews(this.#entries.get(`organization ${organization}`), ...services) ||
      claims.roles.some((role) => isNews(this.#entries.get(`role ${organization} ${role}`), "o"));
    return isStale ? "stale" : "nothing known";
  }

  /** A change for everybody in a later epoch is one that no token of an earlier one knows. */
  #isBelowAFloor(claims: AccessClaims, index: number): boolean {
    const services: Service[] = claims.subscription === undefined ? ["i", "o"] : ["i", "o", "b"];
    return this.#epochs
      .slice(index)
      .some(({ floors }, later) =>
        services.some((service) => (later === 0 ? floors[service] > claims.asof[service] : floors[service] > 0)),
      );
  }
}

/** The key of what a change is about; undefined where it is about everybody, or has no meaning for its service. */
function subjectOf(event: ChangeEvent): string | undefined {
  const { kind, service, session_id: session, user_id: user, organization_id: organization, role_code: role } = event;
  switch (`${service} ${kind}`) {
    case "i session":
      return session && `session ${session}`;
    case "i user":
    case "o user":
      return user && `user ${user}`;
    case "o membership":
      return user && organization && `membership ${user} ${organization}`;
    case "o organization":
    case "b entitlement":
      return organization && `organization ${organization}`;
    case "o role":
      return organization && role && `role ${organization} ${role}`;
    default:
      return undefined;
  }
}

/** What both entries of one subject say. A later epoch's entry refuses all that an earlier one's did. */
function joined(held: Entry | undefined, added: Entry): Entry {
  if (held === undefined || held.epoch !== added.epoch) return added;
  const positions = {
    i: Math.max(held.positions.i, added.positions.i),
    o: Math.max(held.positions.o, added.positions.o),
    b: Math.max(held.positions.b, added.positions.b),
  };
  const isLatest = positions.i > held.positions.i || positions.o > held.positions.o || positions.b > held.positions.b;
  const endsSessions = isLatest ? added.endsSessions : held.endsSessions;
  return { epoch: held.epoch, positions, endsSessions, expires: Math.max(held.expires, added.expires) };
}
