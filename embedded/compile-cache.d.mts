/** Uses and fills the cache of compiled files; importing the module does so too. */
export function keepCompiled(): void;
