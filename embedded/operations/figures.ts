/**
 * Counts that are kept from the start at next to no cost. The library that writes them as Prometheus text takes a tenth of
 * a second to load, so it is loaded when somebody reads them for the first time.
 */

type Labels = Record<string, string>;
interface Sample {
  labels: Labels;
  value: number;
  metricName: string;
}

/** One family of figures; `samples` are its values now. */
export interface Figure {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples(): Sample[];
}

/** A number that is asked for when the figures are read. */
export function reading(type: "counter" | "gauge", name: string, help: string, value: () => number): Figure {
  return { name, help, type, samples: () => [{ labels: {}, value: value(), metricName: name }] };
}

/** A count that only grows, for each combination of labels. */
export class Count implements Figure {
  readonly type = "counter";
  readonly name: string;
  readonly help: string;
  readonly #values = new Map<string, { labels: Labels; value: number }>();

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  add(labels: Labels): void {
    const key = Object.values(labels).join("|");
    const known = this.#values.get(key);
    if (known) known.value += 1;
    else this.#values.set(key, { labels, value: 1 });
  }

  samples(): Sample[] {
    return [...this.#values.values()].map((one) => ({ ...one, metricName: this.name }));
  }
}

interface Spread {
  labels: Labels;
  /** Observations up to each bound and above the one before; the last is for those above all. */
  counts: number[];
  sum: number;
}

/** How observations spread over `bounds` (ascending), for each combination of labels. */
export class Histogram implements Figure {
  readonly type = "histogram";
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #spreads = new Map<string, Spread>();

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
  }

  observe(value: number, labels: Labels = {}): void {
    const key = Object.values(labels).join("|");
    let spread = this.#spreads.get(key);
    if (!spread) {
      spread = { labels, counts: [...this.#bounds, Infinity].map(() => 0), sum: 0 };
      this.#spreads.set(key, spread);
    }
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const index = at < 0 ? this.#bounds.length : at;
    spread.counts[index] = (spread.counts[index] ?? 0) + 1;
    spread.sum += value;
  }

  samples(): Sample[] {
    return [...this.#spreads.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, i): Sample => {
        total += count;
        const le = i < this.#bounds.length ? String(this.#bounds[i]) : "+Inf";
        return { labels: { ...labels, le }, value: total, metricName: `${this.name}_bucket` };
      });
      return [
        ...buckets,
        { labels, value: sum, metricName: `${this.name}_sum` },
        { labels, value: total, metricName: `${this.name}_count` },
      ];
    });
  }
}

/** Figures as Prometheus text, with the content type it has. */
export async function prometheusText(figures: Figure[]): Promise<{ type: string; body: string }> {
  const { AggregatorRegistry } = await import("prom-client");
  const families = figures.map((figure) => {
    const { name, help, type } = figure;
    return { name, help, type, aggregator: "first", values: figure.samples() };
  });
  // What it takes is what its own registries give as JSON.
  const registry = AggregatorRegistry.aggregate([families as unknown as object]);
  return { type: registry.contentType, body: await registry.metrics() };
}
