/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// Web Crypto for transactions: the work is done at once by the host, so a call never waits for it.
(scope) => {
  const { host, define, mode } = scope;
  if (mode === "action") {
    const { crypto, Crypto, SubtleCrypto, CryptoKey } = host.webCrypto;
    for (const [name, value] of Object.entries({ crypto, Crypto, SubtleCrypto, CryptoKey }))
      define(globalThis, name, value);
    return;
  }
  const primitives = host.crypto;
  const secrets = new WeakMap();
  const tag = (Class, name) =>
    Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
  const ILLEGAL = "Illegal constructor";
  let makingKey = false;

  const fail = (name, message) => {
    throw new DOMException(message, name);
  };
  /** Calls a primitive; its failure is a DOMException with the name it gives. */
  const run = (operation, ...args) => {
    const answer = primitives[operation](...args);
    return answer.error === undefined ? answer.value : fail(answer.error, answer.message);
  };
  const bytesOf = (data) => {
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data);
    throw new TypeError("The data must be an ArrayBuffer or a view of one.");
  };
  /** An algorithm as plain data: names, and bytes for salt, info and the like. */
  const normalise = (algorithm) => {
    const given = typeof algorithm === "string" ? { name: algorithm } : { ...algorithm };
    if (typeof given.hash === "string") given.hash = { name: given.hash };
    for (const field of ["salt", "info", "iv", "counter", "additionalData", "label"]) if (given[field] !== undefined) given[field] = bytesOf(given[field]);
    return given;
  };

  class CryptoKey {
    constructor() {
      if (!makingKey) throw new TypeError(ILLEGAL);
    }
    get type() {
      return secrets.get(this).type;
    }
    get extractable() {
      return secrets.get(this).extractable;
    }
    get algorithm() {
      return secrets.get(this).algorithm;
    }
    get usages() {
      return secrets.get(this).usages;
    }
  }
  tag(CryptoKey, "CryptoKey");
  const makeKey = (fields) => {
    makingKey = true;
    const key = new CryptoKey();
    makingKey = false;
    secrets.set(key, fields);
    return key;
  };
  const secretOf = (key, usage) => {
    const secret = secrets.get(key);
    if (!secret) throw new TypeError("The key is not a CryptoKey.");
    if (usage && !usage.some((one) => secret.usages.includes(one)))
      fail("InvalidAccessError", `The key may not be used to ${usage[0]}.`);
    return secret;
  };
  const matching = (algorithm, key, usage) => {
    const secret = secretOf(key, usage);
    const given = normalise(algorithm);
    if (String(given.name).toLowerCase() !== secret.algorithm.name.toLowerCase()) {
      fail("InvalidAccessError", `The key is for ${secret.algorithm.name}, not for ${given.name}.`);
    }
    return { given: { ...secret.algorithm, ...given, name: secret.algorithm.name }, secret };
  };
  /** Bits from a password or secret, or what one's own private key and another's public one have in common. */
  const derive = (algorithm, key, length, usage) => {
    const { given, secret } = matching(algorithm, key, usage);
    if (given.public === undefined) return run("deriveBits", given, secret.handle, length);
    const other = secretOf(given.public);
    if (other.type !== "public" || secret.type !== "private" || other.algorithm.name !== secret.algorithm.name)
      fail("InvalidAccessError", "A private key and a public key of the same algorithm are needed.");
    return run("agree", secret.handle, other.handle, length ?? null);
  };
  const needsChance = (what) => async () =>
    fail(
      "NotSupportedError",
      `Can't use crypto.subtle.${what} in queries and mutations: it needs randomness that cannot be repeated. Please use an action.`,
    );

  class SubtleCrypto {
    constructor(permit) {
      if (permit !== secrets) throw new TypeError(ILLEGAL);
    }
    async digest(algorithm, data) {
      return run("digest", normalise(algorithm).name, bytesOf(data));
    }
    async importKey(format, data, algorithm, extractable, usages) {
      const content = format === "jwk" ? JSON.stringify(data) : bytesOf(data);
      const { handle, type, algorithm: details } = run("importKey", format, content, normalise(algorithm));
      const full = JSON.parse(details);
      if (full.publicExponent) full.publicExponent = new Uint8Array(full.publicExponent);
      if (type !== "public" && usages.length === 0)
        throw new SyntaxError("Usages cannot be empty when importing a secret or private key.");
      return makeKey({
        handle,
        type,
        algorithm: full,
        extractable: type === "public" || Boolean(extractable),
        usages: [...usages],
      });
    }
    async exportKey(format, key) {
      const secret = secretOf(key);
      if (!secret.extractable) fail("InvalidAccessError", "The key is not extractable.");
      const out = run("exportKey", format, secret.handle, secret.type, secret.algorithm);
      return format === "jwk" ? { ...JSON.parse(out), key_ops: [...secret.usages], ext: true } : out;
    }
    async encrypt(algorithm, key, data) {
      const { given, secret } = matching(algorithm, key, ["encrypt"]);
      return run("encrypt", given, secret.handle, bytesOf(data));
    }
    async decrypt(algorithm, key, data) {
      const { given, secret } = matching(algorithm, key, ["decrypt"]);
      return run("decrypt", given, secret.handle, bytesOf(data));
    }
    async sign(algorithm, key, data) {
      const { given, secret } = matching(algorithm, key, ["sign"]);
      return run("sign", given, secret.handle, bytesOf(data));
    }
    async verify(algorithm, key, signature, data) {
      const { given, secret } = matching(algorithm, key, ["verify"]);
      return run("verify", given, secret.handle, bytesOf(signature), bytesOf(data));
    }
    async deriveBits(algorithm, key, length) {
      return derive(algorithm, key, length, ["deriveBits", "deriveKey"]);
    }
    async deriveKey(algorithm, key, target, extractable, usages) {
      const wanted = normalise(target);
      const length = run("keyLength", wanted);
      return this.importKey("raw", derive(algorithm, key, length, ["deriveKey"]), wanted, extractable, usages);
    }
  }
  tag(SubtleCrypto, "SubtleCrypto");
  define(SubtleCrypto.prototype, "generateKey", needsChance("generateKey"));

  const subtle = new SubtleCrypto(secrets);
  class Crypto {
    constructor(permit) {
      if (permit !== secrets) throw new TypeError(ILLEGAL);
    }
    get subtle() {
      return subtle;
    }
    getRandomValues(array) {
      const bytes = bytesOf(array);
      if (bytes.byteLength > 65536) fail("QuotaExceededError", "At most 65536 bytes of randomness at a time.");
      host.fillRandom(bytes);
      return array;
    }
    randomUUID() {
      const bytes = this.getRandomValues(new Uint8Array(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    }
  }
  tag(Crypto, "Crypto");
  for (const [name, value] of Object.entries({ Crypto, SubtleCrypto, CryptoKey, crypto: new Crypto(secrets) })) {
    define(globalThis, name, value);
  }
};
