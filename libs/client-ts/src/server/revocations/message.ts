/** One number for each owning service: identity, organizations, billing. */
export interface PositionsMessage {
  i: number;
  o: number;
  b: number;
}

export type Service = keyof PositionsMessage;

/** A change that makes older tokens say too much. Of kinds that aren't known here, everybody's tokens are made anew. */
export interface ChangeEvent {
  service: Service;
  position: number;
  kind: string;
  session_id?: string;
  user_id?: string;
  ended?: boolean;
  organization_id?: string;
  role_code?: string;
}

/** One message of the feed. */
export type FeedMessage =
  | {
      type: "snapshot";
      epoch: string;
      part: number;
      is_last: boolean;
      through: PositionsMessage;
      token_lifetime_seconds: number;
      events: ChangeEvent[];
    }
  | { type: "batch"; epoch: string; after: PositionsMessage; through: PositionsMessage; events: ChangeEvent[] }
  | {
      type: "heartbeat";
      epoch: string;
      positions: PositionsMessage;
      /** How long ago the sender itself heard the last of those that it follows. */
      silence_ms?: number;
      /** How long the subscription had lived at the sender when this was sent. */
      elapsed_ms?: number;
    }
  | { type: "keys"; jwks: string };

export const SERVICES: readonly Service[] = ["i", "o", "b"];

/** Whether no number of the first is below that of the second. */
export function reach(positions: PositionsMessage, other: PositionsMessage): boolean {
  return SERVICES.every((service) => positions[service] >= other[service]);
}

/** The greater number of each service. */
export function raised(positions: PositionsMessage, other: PositionsMessage): PositionsMessage {
  return {
    i: Math.max(positions.i, other.i),
    o: Math.max(positions.o, other.o),
    b: Math.max(positions.b, other.b),
  };
}
