import type { Connector } from "../shared/records";

/** How this desk performs actions: through the webhook where one is configured, otherwise into the outbox. */
export function connectorFor(): Connector {
  return process.env.WEBHOOK_URL ? "webhook" : "outbox";
}
