import type { IncomingMessage } from "node:http";
import { hostName, isLoopbackAddress, isLoopbackName } from "../http/origins.ts";
import type { Reply } from "../http/reply.ts";
import { UserError } from "../values/errors.ts";
import type { HealthCheck } from "./health.ts";
import type { Metrics } from "./metrics.ts";

export interface OperationParts {
  health: HealthCheck;
  metrics: Metrics;
}

/**
 * Answers `/health` and `/metrics`; null for every other path. `isAdmin` tells whether the request shows the admin key.
 * @throws UserError 403 when the figures are asked for from elsewhere without the key (O7).
 */
export async function operationRoute(
  { health, metrics }: OperationParts,
  request: IncomingMessage,
  path: string,
  isAdmin: () => Promise<boolean>,
): Promise<Reply | null> {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  switch (path) {
    case "/health": {
      const state = await health.read();
      return { status: state.ok ? 200 : 503, json: state, headers: { "cache-control": "no-store" } };
    }
    case "/metrics": {
      if (!isFromThisMachine(request) && !(await isAdmin())) {
        throw new UserError("BadDeployKey", "/metrics needs the admin key, except from the machine itself.", 403);
      }
      const { type, body } = await metrics.read();
      return { status: 200, headers: { "content-type": type, "cache-control": "no-store" }, body };
    }
    default:
      return null;
  }
}

/** A program on this machine that speaks to the server directly; what comes through a proxy is from elsewhere. */
function isFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const host = hostName(headers.host);
  const isForwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some((name) => name in headers);
  return !isForwarded && host !== null && isLoopbackName(host) && isLoopbackAddress(socket.remoteAddress ?? "");
}
