import type * as wire from "../gen/types.js";

// The records of the flat style: the same facts as on the wire, in camelCase. Every conversion between the two styles
// is here.

export type OrgRole = wire.OrgRole;

export interface Org {
  id: string;
  name: string;
  isPersonal: boolean;
  createdAt: string;
}

export interface OrgMember {
  id: string;
  orgId: string;
  endUserId: string;
  role: OrgRole;
  joinedAt: string;
}

export interface OrgInvite {
  id: string;
  orgId: string;
  email: string;
  /** The secret of the invitation; in the answer to its making alone, else null. */
  token: string | null;
  role: OrgRole;
  status: wire.InvitationStatus;
  expiresAt: string;
  createdAt: string;
}

export interface OrgInviteLink {
  id: string;
  orgId: string;
  /** The secret of the link; in the answer to its making alone, else null. */
  token: string | null;
  role: OrgRole;
  isActive: boolean;
  /** Null: never. */
  expiresAt: string | null;
  createdAt: string;
}

export interface OrgSubscription {
  status: wire.SubscriptionStatus;
  planCode: string | null;
  planName: string | null;
  currentPeriodEnd: string | null;
  cancelAtPeriodEnd: boolean;
  trialEndsAt: string | null;
}

export interface CreditBalance {
  /** In the smallest credit unit; negative while the organization owes some. */
  balance: number;
  currency: string;
  overdraftLimit: number;
}

export interface CreditTransaction {
  id: string;
  /** Added (positive) or taken (negative), in the smallest credit unit. */
  amountDelta: number;
  reason: string;
  note: string | null;
  balanceAfter: number;
  requestUuid: string;
  createdAt: string;
}

export interface OfferedPlan {
  code: string;
  name: string;
  description: string | null;
  priceCents: number;
  currency: string;
  interval: wire.PlanInterval;
  intervalCount: number;
  trialDays: number;
  features: {
    code: string;
    name: string;
    featureType: wire.FeatureType;
    numericValue: number | null;
    unitLabel: string | null;
  }[];
  planType: wire.PlanType;
  creditsAmount: number;
  contactUrl: string | null;
  displayOrder: number;
}

export function orgOf(organization: wire.Organization): Org {
  const { id, name, is_personal: isPersonal, created_at: createdAt } = organization;
  return { id, name, isPersonal, createdAt };
}

export function memberOf(member: wire.Member): OrgMember {
  const { id, organization_id: orgId, user_id: endUserId, role, joined_at: joinedAt } = member;
  return { id, orgId, endUserId, role, joinedAt };
}

export function inviteOf(invitation: wire.Invitation | wire.CreatedInvitation): OrgInvite {
  const { id, organization_id: orgId, email, role, status } = invitation;
  const token = "token" in invitation ? invitation.token : null;
  return { id, orgId, email, token, role, status, expiresAt: invitation.expires_at, createdAt: invitation.created_at };
}

export function linkOf(link: wire.InviteLink | wire.CreatedInviteLink): OrgInviteLink {
  const { id, organization_id: orgId, role, is_active: isActive, expires_at: expiresAt = null } = link;
  const token = "token" in link ? link.token : null;
  return { id, orgId, token, role, isActive, expiresAt, createdAt: link.created_at };
}

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

export function balanceOf(balance: wire.Balance): CreditBalance {
  return { balance: balance.balance, currency: balance.currency, overdraftLimit: balance.overdraft_limit };
}

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
