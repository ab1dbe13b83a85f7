/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// Realms that serve many calls. After its modules were evaluated a realm is sealed: every object they left behind is
// frozen, and everything that cannot be frozen (variables of closures, collections, globals, dates, regular
// expressions, binary data) is noted with its value. `restore` puts all of it back after a call. A call that ran into a
// frozen object, or looked whether one is frozen, is `tainted`: its result does not count.
(scope) => {
  if (!scope.reusable) return;
  const { host, define } = scope;
  const { ownKeys, getOwnPropertyDescriptor, preventExtensions, defineProperty, deleteProperty } = Reflect;
  const { getPrototypeOf, setPrototypeOf } = Reflect;
  const { freeze, is, isExtensible } = Object;
  const native = {
    mapSet: Map.prototype.set,
    mapDelete: Map.prototype.delete,
    mapClear: Map.prototype.clear,
    mapForEach: Map.prototype.forEach,
    setAdd: Set.prototype.add,
    setClear: Set.prototype.clear,
    setForEach: Set.prototype.forEach,
    setHas: Set.prototype.has,
    weakGet: WeakMap.prototype.get,
    weakHas: WeakMap.prototype.has,
    weakSet: WeakMap.prototype.set,
    weakDelete: WeakMap.prototype.delete,
  };
  const NativeWeakSet = WeakSet;
  const setOf = () => {
    const set = new NativeWeakSet();
    const { has, add } = NativeWeakSet.prototype;
    define(set, "has", has);
    define(set, "add", add);
    return set;
  };

  const NativeMap = Map;
  /** A map of the runtime's own: nobody watches its changes. */
  scope.ownMap = () => {
    const map = new NativeMap();
    define(map, "set", native.mapSet);
    define(map, "delete", native.mapDelete);
    return map;
  };

  let isSealed = false;
  let isTainted = false;
  /** Why this realm cannot serve a second call; null while it can. */
  let obstacle = null;
  const refuse = (why) => {
    obstacle ??= why;
  };

  const watchedGlobal = globalThis;
  /** Something was done that may have changed flags, accessors or hidden properties of globals. */
  let areGlobalsRedefined = false;
  const noteProxyOfGlobals = () => {
    if (!isSealed) refuse("it keeps a proxy of the globals");
    areGlobalsRedefined = true;
  };

  // While modules are evaluated: what they hide from a walk over properties.
  const probes = [];
  const hidden = [];
  const proxies = new WeakMap();
  const proxiesGet = WeakMap.prototype.get.bind(proxies);
  const proxiesSet = WeakMap.prototype.set.bind(proxies);
  const sealer = {
    on: true,
    add(read, readChanging, write) {
      probes.push({ read, readChanging, write });
    },
    caught(error) {
      if (isSealed && isRefusedWrite(error)) isTainted = true;
    },
  };
  scope.sealer = sealer;

  const REFUSED_WRITE =
    /^(?:Cannot (?:assign to read only|add|delete|redefine|define) property|Cannot set property .* which has only a getter|'\w+' on proxy|#<.*> is not extensible|Immutable prototype object)/;
  const isRefusedWrite = (error) => {
    if (typeof error !== "object" || error === null || getPrototypeOf(error) !== TypeErrorPrototype) return false;
    return REFUSED_WRITE.test(String(error.message));
  };
  const TypeErrorPrototype = TypeError.prototype;

  /** Objects that were there when the realm was sealed. */
  const known = setOf();

  // Collections: a call's changes to those of the modules are noted, and undone later.
  const collections = new WeakMap();
  const collectionOf = WeakMap.prototype.get.bind(collections);
  const keepCollection = WeakMap.prototype.set.bind(collections);
  const changed = [];
  const noteChange = (collection) => {
    const entry = collectionOf(collection);
    if (entry && !entry.isChanged) {
      entry.isChanged = true;
      changed.push(entry);
    }
  };
  const watchMethods = (Class, names) => {
    for (const name of names) {
      const original = Class.prototype[name];
      const watched = {
        // None takes more than two; no list of arguments is made.
        [name](first, second) {
          if (isSealed) noteChange(this);
          return original.call(this, first, second);
        },
      }[name];
      define(watched, "length", original.length);
      define(Class.prototype, name, watched);
    }
  };
  watchMethods(Map, ["set", "delete", "clear"]);
  watchMethods(Set, ["add", "delete", "clear"]);
  const weakUndo = [];
  /** Keys that were there before the call, and still are after it. */
  const outlivesCall = (key) =>
    typeof key === "symbol" || known.has(key) || (isObject(key) && (intrinsics.has(key) || host.isShared(key)));
  const watchWeak = (Class, names) => {
    for (const name of names) {
      const original = Class.prototype[name];
      const has = Class.prototype.has;
      const get = Class.prototype.get ?? (() => undefined);
      const put = Class.prototype.set ?? Class.prototype.add;
      const watched = {
        [name](key, value) {
          if (!isSealed) {
            hidden.push(key, value);
          } else if (collectionOf(this) && outlivesCall(key)) {
            weakUndo.push({ weak: this, key, had: has.call(this, key), value: get.call(this, key), put, remove: Class.prototype.delete });
          }
          return original.call(this, key, value);
        },
      }[name];
      define(watched, "length", original.length);
      define(Class.prototype, name, watched);
    }
  };
  watchWeak(WeakMap, ["set", "delete"]);
  watchWeak(WeakSet, ["add", "delete"]);

  // What else a walk cannot see: bound arguments, the two sides of a proxy, the value of a weak reference.
  const nativeBind = Function.prototype.bind;
  define(Function.prototype, "bind", function bind(...args) {
    if (!isSealed) hidden.push(this, ...args);
    return nativeBind.apply(this, args);
  });
  const NativeProxy = Proxy;
  const watchedProxy = new NativeProxy(NativeProxy, {
    construct(_, [target, handler]) {
      const made = new NativeProxy(target, handler);
      if (target === watchedGlobal) noteProxyOfGlobals();
      if (!isSealed) proxiesSet(made, { target, handler });
      return made;
    },
  });
  const { revocable } = NativeProxy;
  define(NativeProxy, "revocable", (target, handler) => {
    if (!isSealed) refuse("it makes a revocable proxy");
    if (target === watchedGlobal) noteProxyOfGlobals();
    return revocable(target, handler);
  });
  define(globalThis, "Proxy", watchedProxy);
  for (const name of ["WeakRef", "FinalizationRegistry"]) {
    const Native = globalThis[name];
    if (Native === undefined) continue;
    const watched = new NativeProxy(Native, {
      construct(target, args, newTarget) {
        if (!isSealed) refuse(`it makes a ${name}`);
        return Reflect.construct(target, args, newTarget);
      },
    });
    define(globalThis, name, watched);
    define(Native.prototype, "constructor", watched);
  }
  if (RegExp.prototype.compile) delete RegExp.prototype.compile;

  // What shows that an object is frozen.
  const telling = (target, name, answersForKnown) => {
    const original = target[name];
    const watched = {
      [name](object, ...args) {
        const answer = original(object, ...args);
        // The receiver of `Reflect.set` is among the arguments.
        if (isSealed && answer === answersForKnown && (isFixedHere(object) || args.some(isFixedHere))) isTainted = true;
        return answer;
      },
    }[name];
    define(watched, "length", original.length);
    define(target, name, watched);
  };
  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
  const isFixedHere = (value) => isObject(value) && (known.has(value) || frozen.has(value));
  for (const name of ["set", "defineProperty", "deleteProperty", "setPrototypeOf"]) telling(Reflect, name, false);
  telling(Reflect, "isExtensible", false);
  telling(Object, "isExtensible", false);
  telling(Object, "isFrozen", true);
  telling(Object, "isSealed", true);

  // Flags of properties are shown as they were: `fixedFlags` holds those that were not free before the sealing.
  const frozen = setOf();
  const fixedFlags = new WeakMap();
  const fixedFlagsOf = WeakMap.prototype.get.bind(fixedFlags);
  const keepFixedFlags = WeakMap.prototype.set.bind(fixedFlags);
  const willFreeze = (object) => {
    frozen.add(object);
    for (const key of ownKeys(object)) {
      const { configurable, writable } = getOwnPropertyDescriptor(object, key);
      if (configurable && writable !== false) continue;
      if (!fixedFlagsOf(object)) keepFixedFlags(object, { __proto__: null });
      fixedFlagsOf(object)[key] = { configurable, writable };
    }
  };
  const asBefore = (object, key, descriptor) => {
    const flags = fixedFlagsOf(object)?.[key];
    descriptor.configurable = flags ? flags.configurable : true;
    if ("value" in descriptor) descriptor.writable = flags ? flags.writable : true;
    return descriptor;
  };
  const showsFlags = (object) => isSealed && isObject(object) && frozen.has(object);
  for (const target of [Object, Reflect]) {
    const original = target.getOwnPropertyDescriptor;
    define(target, "getOwnPropertyDescriptor", function getOwnPropertyDescriptor(object, key) {
      const descriptor = original(object, key);
      return descriptor && showsFlags(object) ? asBefore(object, key, descriptor) : descriptor;
    });
  }
  const { getOwnPropertyDescriptors } = Object;
  define(Object, "getOwnPropertyDescriptors", (object) => {
    const descriptors = getOwnPropertyDescriptors(object);
    if (showsFlags(object)) for (const key of ownKeys(descriptors)) asBefore(object, key, descriptors[key]);
    return descriptors;
  });

  // Rejections that nobody but the program sees pass through here.
  const nativeThen = Promise.prototype.then;
  define(Promise.prototype, "then", function then(onFulfilled, onRejected) {
    if (!isSealed || typeof onRejected !== "function") return nativeThen.call(this, onFulfilled, onRejected);
    return nativeThen.call(this, onFulfilled, (error) => {
      sealer.caught(error);
      return onRejected(error);
    });
  });

  /** The objects of the engine and the runtime, which live in every realm. */
  const intrinsics = setOf();
  const intrinsicList = [];
  const iterators = setOf();
  const collectIntrinsics = () => {
    const stack = [];
    const visit = (value) => {
      if (!isObject(value) || intrinsics.has(value) || host.isShared(value)) return;
      intrinsics.add(value);
      intrinsicList.push(value);
      if (!host.isProxy(value)) stack.push(value);
    };
    for (const key of ownKeys(globalThis)) visit(globalThis[key]);
    visit(getPrototypeOf(globalThis));
    for (const sample of [function* () {}, async () => {}, async function* () {}]) visit(getPrototypeOf(sample));
    const running = [[].keys(), new Map().keys(), new Set().keys(), ""[Symbol.iterator](), "".matchAll(/a/g)];
    for (const prototype of running.map(getPrototypeOf)) {
      iterators.add(prototype);
      visit(prototype);
    }
    for (;;) {
      const object = stack.pop();
      if (object === undefined) return;
      if (object === globalThis) continue;
      visit(getPrototypeOf(object));
      for (const key of ownKeys(object)) {
        const descriptor = getOwnPropertyDescriptor(object, key);
        visit(descriptor.value);
        visit(descriptor.get);
        visit(descriptor.set);
      }
    }
  };

  // What `restore` compares and puts back.
  const fixed = { objects: [], keys: [], values: [] };
  let areFixed = () => false;
  const globals = new Map();
  const globalsGet = Map.prototype.get.bind(globals);
  let globalKeys = [];
  /** Those of them that can get another value at all, and their values. */
  let globalValues = [];
  let areGlobals = () => false;
  const variables = [];
  const dates = [];
  const patterns = [];
  const bytes = [];
  let bytesKept = 0;
  const MAX_BYTES = 65_536;

  /** Prototypes whose properties are often shadowed by assignment, which read-only ones would forbid. */
  const shadowed = new Set([Object.prototype, Function.prototype, Array.prototype]);
  for (const Class of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError]) {
    shadowed.add(Class.prototype);
  }
  /** Those of any prototype that subclasses made by hand shadow. */
  const OFTEN_SHADOWED = ["constructor", "toString", "valueOf", "toJSON"];

  /** What programs replace in these all the same; the rest of them is read-only. */
  const isReplaced = (object, key) => object === Math && key === "random";
  const rarelyReplaced = setOf();
  for (const object of [Math, JSON, Atomics, WebAssembly, Intl, Reflect, Object, Number, String, Symbol, BigInt, Promise]) {
    rarelyReplaced.add(object);
  }
  rarelyReplaced.add(Array.prototype[Symbol.unscopables]);

  /**
   * Intrinsic objects keep their properties; only the values of writable ones may change, and are compared. What programs
   * hardly ever replace is read-only, so that fewer have to be: one that does is run again.
   */
  const harden = (object) => {
    if (object === globalThis || host.isProxy(object) || frozen.has(object)) return;
    const prototype = typeof object === "function" ? getOwnPropertyDescriptor(object, "prototype") : undefined;
    // A mere function, no class: the engine's have no prototype, the runtime's have one that can be replaced.
    if (typeof object === "function" && (prototype === undefined || prototype.writable)) {
      willFreeze(object);
      freeze(object);
      if (prototype === undefined) return;
      willFreeze(prototype.value);
      freeze(prototype.value);
      return;
    }
    willFreeze(object);
    const isPrototype = typeof object !== "function" && getOwnPropertyDescriptor(object, "constructor") !== undefined;
    const isFixed = isPrototype && !native.setHas.call(shadowed, object);
    for (const key of ownKeys(object)) {
      const descriptor = getOwnPropertyDescriptor(object, key);
      const isReadOnly = rarelyReplaced.has(object) ? !isReplaced(object, key) : isFixed && !OFTEN_SHADOWED.includes(key);
      if (descriptor.writable && isReadOnly) defineProperty(object, key, { configurable: false, writable: false });
      else if (descriptor.configurable) defineProperty(object, key, { configurable: false });
      if (descriptor.writable && !isReadOnly) {
        fixed.objects.push(object);
        fixed.keys.push(key);
        fixed.values.push(descriptor.value);
      }
    }
    preventExtensions(object);
  };

  const setTime = Date.prototype.setTime;
  const getTime = Date.prototype.getTime;

  const walk = (roots) => {
    const stack = [...roots];
    while (stack.length > 0) {
      const value = stack.pop();
      if (!isObject(value) || known.has(value)) continue;
      if (intrinsics.has(value) || host.isShared(value)) continue;
      known.add(value);
      const prototype = getPrototypeOf(value);
      const kind = isObject(prototype) && iterators.has(prototype) ? "iterator" : host.kindOf(value);
      switch (kind) {
        case "plain":
          break;
        case "proxy": {
          const sides = proxiesGet(value);
          if (sides) stack.push(sides.target, sides.handler);
          else refuse("it keeps a proxy of unknown origin");
          continue;
        }
        case "map": {
          const entries = [];
          native.mapForEach.call(value, (item, key) => entries.push([key, item]));
          for (const [key, item] of entries) stack.push(key, item);
          keepCollection(value, { isChanged: false, map: value, entries });
          break;
        }
        case "set": {
          const entries = [];
          native.setForEach.call(value, (item) => entries.push(item));
          for (const item of entries) stack.push(item);
          keepCollection(value, { isChanged: false, set: value, entries });
          break;
        }
        case "weak":
          keepCollection(value, { isChanged: false });
          break;
        case "date":
          dates.push({ date: value, time: getTime.call(value) });
          break;
        case "pattern": {
          patterns.push({ pattern: value, lastIndex: value.lastIndex });
          preventExtensions(value);
          continue;
        }
        case "bytes": {
          const view = host.bytesOf(value);
          bytesKept += view.length;
          if (bytesKept > MAX_BYTES) refuse("it keeps much binary data");
          else bytes.push({ view, copy: view.slice() });
          if (ArrayBuffer.isView(value)) stack.push(value.buffer);
          preventExtensions(value);
          continue;
        }
        case "stateless":
          continue;
        default:
          refuse(`it keeps a ${kind}`);
          continue;
      }
      stack.push(prototype);
      for (const key of ownKeys(value)) {
        const descriptor = getOwnPropertyDescriptor(value, key);
        if ("value" in descriptor) stack.push(descriptor.value);
        else stack.push(descriptor.get, descriptor.set);
      }
      willFreeze(value);
      freeze(value);
    }
  };

  const readProbes = () => {
    for (const { read, readChanging, write } of probes) {
      try {
        hidden.push(...read());
        if (!readChanging) continue;
        const values = readChanging();
        hidden.push(...values);
        variables.push({ read: readChanging, write, values });
      } catch {
        // A variable that was never initialised: its function threw or is paused.
        refuse("a function was left in the middle while it was evaluated");
      }
    }
  };

  /** Ends the evaluation of modules. `kept` are objects of the runtime that hold modules. Says why not, or null. */
  const seal = (kept) => {
    sealer.on = false;
    readProbes();
    // The source analysis takes functions that this names for those the engine names.
    if (Object.defineProperty !== definingProperty) refuse("it replaces Object.defineProperty");
    globalKeys = ownKeys(globalThis);
    enumerableCount = enumerable(globalThis).length;
    symbolCount = getOwnPropertySymbols(globalThis).length;
    hasStack = hasOwn(globalThis, "stack");
    for (const key of globalKeys) {
      const descriptor = getOwnPropertyDescriptor(globalThis, key);
      native.mapSet.call(globals, key, descriptor);
      if ("value" in descriptor) hidden.push(descriptor.value);
      else refuse("it makes a global with a getter or setter");
    }
    const changeable = globalKeys.filter((key) => globalsGet(key).writable || globalsGet(key).configurable);
    globalValues = changeable.map((key) => globalThis[key]);
    if (changeable.every(isName)) {
      const tests = changeable.map((key, i) => `${key}===v[${i}]`);
      areGlobals = host.evaluate(`(v)=>{try{return ${tests.join("&&")}}catch{return false}}`);
    } else refuse("it makes a global that has no name");
    for (const object of intrinsicList) {
      if (host.isProxy(object) || object === globalThis) continue;
      // Modules may have hung things on them.
      for (const key of ownKeys(object)) {
        const { value, get, set } = getOwnPropertyDescriptor(object, key);
        hidden.push(value, get, set);
      }
    }
    walk([...hidden, ...kept]);
    hidden.length = 0;
    probes.length = 0;
    for (const object of intrinsicList) harden(object);
    areFixed = comparison();
    for (const { date, time } of dates) if (Number.isNaN(time)) refuse(`it keeps an invalid date ${String(date)}`);
    isSealed = obstacle === null;
    return obstacle;
  };

  const sameDescriptor = (a, b) =>
    is(a.value, b.value) &&
    a.get === b.get &&
    a.set === b.set &&
    a.writable === b.writable &&
    a.configurable === b.configurable &&
    a.enumerable === b.enumerable;

  // Flags and accessors of globals change only by way of these and of proxies, and but for a `stack` (`captureStackTrace`) what cannot
  // be enumerated comes to be by them alone.
  for (const [holder, names] of [
    [Object, ["defineProperty", "defineProperties", "freeze", "seal", "preventExtensions"]],
    [Reflect, ["defineProperty", "preventExtensions"]],
  ]) {
    for (const name of names) {
      const original = holder[name];
      // Called for every function that gets a name: no list of arguments is made.
      const watched = {
        [name](object, key, descriptor) {
          if (object === watchedGlobal) areGlobalsRedefined = true;
          return original(object, key, descriptor);
        },
      }[name];
      define(watched, "length", original.length);
      define(holder, name, watched);
    }
  }
  for (const name of ["__defineGetter__", "__defineSetter__"]) {
    const original = Object.prototype[name];
    const watched = {
      [name](key, accessor) {
        if (this === watchedGlobal) areGlobalsRedefined = true;
        return original.call(this, key, accessor);
      },
    }[name];
    define(Object.prototype, name, watched);
  }

  // Listing all globals takes longer than all else; few can be enumerated.
  const { keys: enumerable, getOwnPropertySymbols, hasOwn } = Object;
  let enumerableCount = 0;
  let symbolCount = 0;
  let hasStack = false;
  const globalPrototype = getPrototypeOf(globalThis);
  const areGlobalsAsBefore = () =>
    !areGlobalsRedefined &&
    getPrototypeOf(globalThis) === globalPrototype &&
    areGlobals(globalValues) &&
    enumerable(globalThis).length === enumerableCount &&
    getOwnPropertySymbols(globalThis).length === symbolCount &&
    hasOwn(globalThis, "stack") === hasStack;

  const restoreGlobals = () => {
    if (areGlobalsAsBefore()) return true;
    areGlobalsRedefined = false;
    if (!setPrototypeOf(globalThis, globalPrototype)) return false;
    for (const key of ownKeys(globalThis)) if (!globalsGet(key) && !deleteProperty(globalThis, key)) return false;
    for (const key of globalKeys) {
      const before = globalsGet(key);
      const now = getOwnPropertyDescriptor(globalThis, key);
      if ((now === undefined || !sameDescriptor(now, before)) && !defineProperty(globalThis, key, before)) return false;
    }
    return isExtensible(globalThis);
  };

  const definingProperty = Object.defineProperty;

  const isName = (key) => typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key);

  /** Compares all that is fixed, by code that names each property: that costs a tenth of looking them up. */
  const comparison = () => {
    const { objects, keys, values } = fixed;
    const tests = [];
    for (let i = 0; i < objects.length; i++) {
      const key = isName(keys[i]) ? `.${keys[i]}` : `[k[${i}]]`;
      tests.push(`o[${i}]${key}===v[${i}]`);
    }
    const compare = host.evaluate(`(o,k,v)=>${["true", ...tests].join("&&")}`);
    return () => compare(objects, keys, values);
  };

  const putFixedBack = () => {
    const { objects, keys, values } = fixed;
    for (let i = 0; i < objects.length; i++) {
      if (objects[i][keys[i]] !== values[i]) objects[i][keys[i]] = values[i];
    }
  };

  const sameBytes = (a, b) => {
    for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
    return a.length === b.length;
  };

  /** Puts everything back as it was when the realm was sealed; false when that is not possible. */
  const restore = () => {
    if (!isSealed || isTainted) return false;
    isSealed = false;
    if (!areFixed()) putFixedBack();
    for (const variable of variables) {
      const now = variable.read();
      for (let i = 0; i < now.length; i++) {
        if (!is(now[i], variable.values[i])) {
          variable.write(variable.values);
          break;
        }
      }
    }
    for (const entry of changed.splice(0)) {
      entry.isChanged = false;
      if (entry.map) {
        native.mapClear.call(entry.map);
        for (const [key, value] of entry.entries) native.mapSet.call(entry.map, key, value);
      } else if (entry.set) {
        native.setClear.call(entry.set);
        for (const value of entry.entries) native.setAdd.call(entry.set, value);
      }
    }
    for (const { weak, key, had, value, put, remove } of weakUndo.splice(0).reverse()) {
      if (had) put.call(weak, key, value);
      else remove.call(weak, key);
    }
    for (const { date, time } of dates) if (getTime.call(date) !== time) setTime.call(date, time);
    for (const one of patterns) {
      if (one.pattern.lastIndex !== one.lastIndex) one.pattern.lastIndex = one.lastIndex;
    }
    for (const { view, copy } of bytes) if (!sameBytes(view, copy)) view.set(copy);
    isSealed = restoreGlobals();
    return isSealed;
  };

  /** The realm is of no more use: forgets what the modules left behind. It runs nothing that they may have replaced. */
  const letGo = () => {
    isSealed = false;
    for (const list of [fixed.objects, fixed.keys, fixed.values, globalValues, variables, dates, patterns, bytes]) list.length = 0;
    for (const list of [probes, hidden, changed, weakUndo, intrinsicList]) list.length = 0;
  };

  scope.sealing = {
    collectIntrinsics,
    seal,
    restore,
    letGo,
    isTainted: () => isTainted,
    isRefusedWrite,
  };
};
