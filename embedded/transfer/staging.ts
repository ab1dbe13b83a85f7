/**
 * Tables nobody sees: those an import is filling, and those it has replaced until their documents are gone. They are
 * tables of a namespace of their own, whose path no component can have, so that whatever a crash leaves there is known
 * to be rubbish (SPEC X6).
 */
export const STAGING_PATH = ":import";
