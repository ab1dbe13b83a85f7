import type { HttpRoute, Instance } from "./code.ts";

/** Which instance answers a request, and the path its router sees. */
export type Routed = { instance: Instance; path: string } | { notFound: string };

/**
 * Finds the instance for a request (F15): the app's own routes first, which lie below its prefix if it has one, then the
 * component mounted at the longest prefix of the path. Routers see the path without the prefix.
 */
export function routeRequest(root: Instance, method: string, path: string): Routed {
  const mounted = mounts(root).filter(({ prefix }) => path.startsWith(prefix));
  const own = root.httpPrefix ?? "/";
  const candidates = path.startsWith(own) ? [{ instance: root, path: `/${path.slice(own.length)}` }] : [];
  for (const { instance, prefix } of mounted.sort((a, b) => b.prefix.length - a.prefix.length)) {
    candidates.push({ instance, path: `/${path.slice(prefix.length)}` });
  }
  for (const candidate of candidates) {
    if (candidate.instance.httpRoutes?.some((route) => matches(route, method, candidate.path))) return candidate;
  }
  const hasRoutes = root.httpRoutes !== null || mounts(root).length > 0;
  return {
    notFound: hasRoutes ? "No matching routes found" : "This Convex deployment does not have HTTP actions enabled.",
  };
}

function matches(route: HttpRoute, method: string, path: string): boolean {
  if (route.method !== method) return false;
  return route.path.endsWith("/*") ? path.startsWith(route.path.slice(0, -1)) : route.path === path;
}

function mounts(instance: Instance): { instance: Instance; prefix: string }[] {
  return [...instance.children.values()].flatMap((child) => {
    const own = child.httpPrefix !== null && child.httpRoutes ? [{ instance: child, prefix: child.httpPrefix }] : [];
    return [...own, ...mounts(child)];
  });
}
