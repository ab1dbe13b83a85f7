/** The server's own heap, where V8's garbage collector cannot know what is worth a pause. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { createContext, Script } from "node:vm";

/** A collection when the heap is this full, as a share of what it may become. */
const FULL = 0.4;
/** None before there is so much more than what the last one left. */
const GROWN = 1.3;

let collect: ((o: object) => void) | undefined;
let leftBytes = 0;

/**
 * Collects all garbage, and gives up the work of the optimizing compilers, which hold on to every context there is while
 * they work (`Heap::CollectAllAvailableGarbage`). Takes some tenths of a second.
 */
export function freeMemory(): void {
  collect ??= new Script("gc").runInContext(contextWithGc()) as typeof collect;
  collect?.({ type: "major", execution: "sync", flavor: "last-resort" });
}

/**
 * Frees memory when the heap has become rather full, and much fuller than it was after the last time. To be called now and
 * then by who throws contexts away: on a machine that is busy with other things compilers work for so long that no
 * ordinary collection finds a moment without them, and the heap runs full of what nobody needs.
 */
export function relieveHeap(): void {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  if (used < limit * FULL || used < leftBytes * GROWN) return;
  freeMemory();
  leftBytes = getHeapStatistics().used_heap_size;
}

function contextWithGc() {
  setFlagsFromString("--expose-gc");
  const context = createContext({});
  setFlagsFromString("--no-expose-gc");
  return context;
}
