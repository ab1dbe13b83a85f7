/** The people screen's part of the address. What is usual is left out of it. */
export type PeopleSearch = { find?: string | undefined; who?: "deactivated" | undefined };

/** Reads the address; what it does not know is the usual. A search for digits comes as a number. */
export function readPeopleSearch({ find, who }: Record<string, unknown>): PeopleSearch {
  const words = typeof find === "string" || typeof find === "number" ? String(find) : "";
  return { ...(words === "" ? {} : { find: words }), ...(who === "deactivated" ? { who } : {}) };
}
