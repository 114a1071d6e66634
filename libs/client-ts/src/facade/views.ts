import type * as wire from "../gen/types.js";

// The records of the flat style: the same facts as on the wire, in camelCase. Every conversion between the two styles
// is here.

/** Whether a member owns the organization: `owner` or `member`. */
export type OrgRole = wire.OrgRole;

/** An organization. */
export interface Org {
  /** A UUID. */
  id: string;
  /** As its members see it. */
  name: string;
  /** Whether it is its user's own, which can't be deleted or shared. */
  isPersonal: boolean;
  /** When it was made; ISO 8601, UTC. */
  createdAt: string;
}

/** Somebody in an organization. */
export interface OrgMember {
  /** The membership's own id, a UUID. */
  id: string;
  /** The organization. */
  orgId: string;
  /** The user's id, a UUID. */
  endUserId: string;
  /** Whether the user owns the organization. */
  role: OrgRole;
  /** When the membership began; ISO 8601, UTC. */
  joinedAt: string;
}

/** An invitation to one address. */
export interface OrgInvite {
  /** A UUID. */
  id: string;
  /** The organization that it leads into. */
  orgId: string;
  /** Whom it was sent to. */
  email: string;
  /** The secret of the invitation; in the answer to its making alone, else null. */
  token: string | null;
  /** What the invitee becomes. */
  role: OrgRole;
  /** What has become of it. */
  status: wire.InvitationStatus;
  /** Until when it can be accepted; ISO 8601, UTC. */
  expiresAt: string;
  /** When it was made; ISO 8601, UTC. */
  createdAt: string;
}

/** A link by which anybody who has it joins. */
export interface OrgInviteLink {
  /** A UUID. */
  id: string;
  /** The organization that it leads into. */
  orgId: string;
  /** The secret of the link; in the answer to its making alone, else null. */
  token: string | null;
  /** What who joins becomes. */
  role: OrgRole;
  /** Whether it works at present. */
  isActive: boolean;
  /** Null: never. */
  expiresAt: string | null;
  /** When it was made; ISO 8601, UTC. */
  createdAt: string;
}

/** An organization's plan. */
export interface OrgSubscription {
  /** `none` where there is no plan. */
  status: wire.SubscriptionStatus;
  /** The code of the plan; null for none. */
  planCode: string | null;
  /** The plan's name for people; null where it isn't told. */
  planName: string | null;
  /** When the time that is paid for ends; ISO 8601, UTC. Null where nothing ends. */
  currentPeriodEnd: string | null;
  /** Whether it then ends for good. */
  cancelAtPeriodEnd: boolean;
  /** When the trial ends; ISO 8601, UTC. Null for none. */
  trialEndsAt: string | null;
}

/** An organization's credits. */
export interface CreditBalance {
  /** In the smallest credit unit; negative while the organization owes some. */
  balance: number;
  /** What is counted. */
  currency: string;
  /** How far below zero charges may take it, in the smallest credit unit. */
  overdraftLimit: number;
}

/** An entry of the ledger of credits. */
export interface CreditTransaction {
  /** A UUID. */
  id: string;
  /** Added (positive) or taken (negative), in the smallest credit unit. */
  amountDelta: number;
  /** What kind of entry it is. */
  reason: string;
  /** What whoever made it wrote; null for nothing. */
  note: string | null;
  /** The balance that it left, in the smallest credit unit. */
  balanceAfter: number;
  /** Names the charge or deposit: the same name is carried out once. */
  requestUuid: string;
  /** When it was made; ISO 8601, UTC. */
  createdAt: string;
}

/** A plan on offer. */
export interface OfferedPlan {
  /** Names it to programs. */
  code: string;
  /** Names it to people. */
  name: string;
  /** What it is, for people; null for nothing. */
  description: string | null;
  /** In hundredths of the currency, for one period. */
  priceCents: number;
  /** ISO 4217, in small letters. */
  currency: string;
  /** What a period is counted in. */
  interval: wire.PlanInterval;
  /** How many of these a period has. */
  intervalCount: number;
  /** How many days are free at first; 0 for none. */
  trialDays: number;
  /** What it holds. */
  features: {
    /** Names it to programs. */
    code: string;
    /** Names it to people. */
    name: string;
    /** Whether it is there or not, or a number. */
    featureType: wire.FeatureType;
    /** The number; null where it has none. */
    numericValue: number | null;
    /** What the number counts; null for nothing. */
    unitLabel: string | null;
  }[];
  /** How it is taken. */
  planType: wire.PlanType;
  /** Credits that each period brings, in the smallest credit unit. */
  creditsAmount: number;
  /** Where to ask for it; null where it can be taken without. */
  contactUrl: string | null;
  /** Where it stands among the plans, the smallest first. */
  displayOrder: number;
}

/** The flat style's own words for some of the wire's. */
type Renamed<Name> = Name extends `organization_${infer Rest}`
  ? `org_${Rest}`
  : Name extends `user_${infer Rest}`
    ? `end_user_${Rest}`
    : Name;
type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;
/** These fields of a record in the flat style, where null stands for what is absent. */
type Flat<Wire, Name extends keyof Wire> = {
  [Field in Name as Camel<Renamed<Field>> & string]-?: undefined extends Wire[Field]
    ? Exclude<Wire[Field], undefined> | null
    : Wire[Field];
};

/** Shows these fields of a record in the flat style, in this order. */
const flat =
  <Wire extends object>() =>
  <Name extends keyof Wire & string>(...names: Name[]) =>
  (record: Wire): Flat<Wire, Name> =>
    Object.fromEntries(names.map((name) => [flatName(name), record[name] ?? null])) as Flat<Wire, Name>;

function flatName(name: string): string {
  const renamed = name.replace(/^organization_/, "org_").replace(/^user_/, "end_user_");
  return renamed.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Shows an organization in the flat style. */
export const orgOf: (organization: wire.Organization) => Org = /* @__PURE__ */ flat<wire.Organization>()(
  "id",
  "name",
  "is_personal",
  "created_at",
);

/** Shows a member in the flat style. */
export const memberOf: (member: wire.Member) => OrgMember = /* @__PURE__ */ flat<wire.Member>()(
  "id",
  "organization_id",
  "user_id",
  "role",
  "joined_at",
);

/** Shows an invitation in the flat style. */
export const inviteOf: (invitation: wire.Invitation & { token?: string }) => OrgInvite = /* @__PURE__ */ flat<
  wire.Invitation & { token?: string }
>()("id", "organization_id", "email", "token", "role", "status", "expires_at", "created_at");

/** Shows a link in the flat style. */
export const linkOf: (link: wire.InviteLink & { token?: string }) => OrgInviteLink = /* @__PURE__ */ flat<
  wire.InviteLink & { token?: string }
>()("id", "organization_id", "token", "role", "is_active", "expires_at", "created_at");

/** Shows a subscription in the flat style. */
export const subscriptionOf: (subscription: wire.Subscription) => OrgSubscription =
  /* @__PURE__ */ flat<wire.Subscription>()(
    "status",
    "plan_code",
    "plan_name",
    "current_period_end",
    "cancel_at_period_end",
    "trial_ends_at",
  );

/** Shows a balance in the flat style. */
export const balanceOf: (balance: wire.Balance) => CreditBalance = /* @__PURE__ */ flat<wire.Balance>()(
  "balance",
  "currency",
  "overdraft_limit",
);

/** Shows a ledger entry in the flat style. */
export const transactionOf: (transaction: wire.Transaction) => CreditTransaction =
  /* @__PURE__ */ flat<wire.Transaction>()(
    "id",
    "amount_delta",
    "reason",
    "note",
    "balance_after",
    "request_uuid",
    "created_at",
  );

const featureOf = /* @__PURE__ */ flat<wire.PlanFeature>()(
  "code",
  "name",
  "feature_type",
  "numeric_value",
  "unit_label",
);

const planAloneOf = /* @__PURE__ */ flat<wire.Plan>()(
  "code",
  "name",
  "description",
  "price_cents",
  "currency",
  "interval",
  "interval_count",
  "trial_days",
  "plan_type",
  "credits_amount",
  "contact_url",
  "display_order",
);

/** Shows a plan in the flat style. */
export function planOf(plan: wire.Plan): OfferedPlan {
  return { ...planAloneOf(plan), features: plan.features.map(featureOf) };
}
