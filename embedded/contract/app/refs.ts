import { anyApi, componentsGeneric } from "convex/server";

/** References without types: the cases say what they expect. */
export const api = anyApi;
export const components = componentsGeneric();
