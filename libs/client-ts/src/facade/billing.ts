import * as operations from "../gen/operations.js";
import type {
  Balance,
  CheckoutUrl,
  Plan,
  PortalUrl,
  StartCheckoutBody,
  Subscription,
  Transaction,
} from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions, Send } from "../transport/call.js";
import { type Paged, paged } from "../transport/paged.js";

/**
 * Plans and credits of the active organization, or of the one that `organizationId` of a call names. `client.billing`.
 */
export class BillingModule {
  readonly #send: Send;

  constructor(session: Session) {
    this.#send = session.send;
  }

  /** The plans on offer; needs nobody signed in. */
  listPlans(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<Plan>> {
    return paged(query, (page) => operations.listPlans(this.#send, page, options));
  }

  /** Permission: org:billing:read. */
  getSubscription(options?: CallOptions): Promise<Subscription> {
    return operations.getSubscription(this.#send, options);
  }

  /** Answers where the browser is to go to take a plan. Permission: org:billing:manage. */
  startCheckout(checkout: StartCheckoutBody, options?: CallOptions): Promise<CheckoutUrl> {
    return operations.startCheckout(this.#send, checkout, options);
  }

  /** Answers where the browser is to go to look after the subscription. Permission: org:billing:manage. */
  openPortal(returnUrl: string, options?: CallOptions): Promise<PortalUrl> {
    return operations.openPortal(this.#send, { return_url: returnUrl }, options);
  }

  /** Permission: org:billing:read. */
  getBalance(options?: CallOptions): Promise<Balance> {
    return operations.getBalance(this.#send, options);
  }

  /** The ledger of credits, newest first. Permission: org:billing:read. */
  listTransactions(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<Transaction>> {
    return paged(query, (page) => operations.listTransactions(this.#send, page, options));
  }
}
