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

/** Shows an organization in the flat style. */
export function orgOf(organization: wire.Organization): Org {
  const { id, name, is_personal: isPersonal, created_at: createdAt } = organization;
  return { id, name, isPersonal, createdAt };
}

/** Shows a member in the flat style. */
export function memberOf(member: wire.Member): OrgMember {
  const { id, organization_id: orgId, user_id: endUserId, role, joined_at: joinedAt } = member;
  return { id, orgId, endUserId, role, joinedAt };
}

/** Shows an invitation in the flat style. */
export function inviteOf(invitation: wire.Invitation | wire.CreatedInvitation): OrgInvite {
  const { id, organization_id: orgId, email, role, status } = invitation;
  const token = "token" in invitation ? invitation.token : null;
  return { id, orgId, email, token, role, status, expiresAt: invitation.expires_at, createdAt: invitation.created_at };
}

/** Shows a link in the flat style. */
export function linkOf(link: wire.InviteLink | wire.CreatedInviteLink): OrgInviteLink {
  const { id, organization_id: orgId, role, is_active: isActive, expires_at: expiresAt = null } = link;
  const token = "token" in link ? link.token : null;
  return { id, orgId, token, role, isActive, expiresAt, createdAt: link.created_at };
}

/** Shows a subscription in the flat style. */
export function subscriptionOf(subscription: wire.Subscription): OrgSubscription {
  return {
    status: subscription.status,
    planCode: subscription.plan_code ?? null,
    planName: subscription.plan_name ?? null,
    currentPeriodEnd: subscription.current_period_end ?? null,
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    trialEndsAt: subscription.trial_ends_at ?? null,
  };
}

/** Shows a balance in the flat style. */
export function balanceOf(balance: wire.Balance): CreditBalance {
  return { balance: balance.balance, currency: balance.currency, overdraftLimit: balance.overdraft_limit };
}

/** Shows a ledger entry in the flat style. */
export function transactionOf(transaction: wire.Transaction): CreditTransaction {
  return {
    id: transaction.id,
    amountDelta: transaction.amount_delta,
    reason: transaction.reason,
    note: transaction.note ?? null,
    balanceAfter: transaction.balance_after,
    requestUuid: transaction.request_uuid,
    createdAt: transaction.created_at,
  };
}

/** Shows a plan in the flat style. */
export function planOf(plan: wire.Plan): OfferedPlan {
  return {
    code: plan.code,
    name: plan.name,
    description: plan.description ?? null,
    priceCents: plan.price_cents,
    currency: plan.currency,
    interval: plan.interval,
    intervalCount: plan.interval_count,
    trialDays: plan.trial_days,
    features: plan.features.map((feature) => ({
      code: feature.code,
      name: feature.name,
      featureType: feature.feature_type,
      numericValue: feature.numeric_value ?? null,
      unitLabel: feature.unit_label ?? null,
    })),
    planType: plan.plan_type,
    creditsAmount: plan.credits_amount,
    contactUrl: plan.contact_url ?? null,
    displayOrder: plan.display_order,
  };
}
