import { api } from "@convex/_generated/api";
import type { ExportFormat } from "@convex/shared/history/exporting";
import { useConvex } from "convex/react";
import { DownloadIcon } from "lucide-react";
import { useRef, useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { type Explanation, explain } from "@/lib/errors";
import { count, counted } from "@/lib/format";
import { useLatestToken } from "@/lib/use-latest-token";
import { download, fileName } from "./download";
import { openSink } from "./file-sink";
import { filtersSet, type HistorySearch, viewOf } from "./search";

/** Takes what the filter finds out of the desk, as a file. */
export function ExportButton({ search }: { search: HistorySearch }) {
  const [open, setOpen] = useState(false);
  const { start, cancel, rows, error } = useExport(search, () => setOpen(false));
  const of = search.of ?? "events";
  const what = filtersSet(search) === 0 ? `all ${of}` : `the ${of} that the filters find`;
  return (
    <>
      <Button variant="outline" size="sm" onClick={() => setOpen(true)}>
        <DownloadIcon aria-hidden />
        Export
      </Button>
      <Dialog
        open={open}
        onOpenChange={(isOpen) => {
          if (!isOpen) cancel();
          setOpen(isOpen);
        }}
      >
        <DialogContent>
          <DialogHeader>
            <DialogTitle>Export {what}</DialogTitle>
            <DialogDescription>
              {search.text === undefined
                ? "Everything there is at this moment. That you exported it, and how much, becomes part of the history."
                : "The 1,000 best matches at most. That you exported them, and how many, becomes part of the history."}
            </DialogDescription>
          </DialogHeader>
          {rows === null ? (
            <div className="flex flex-col gap-3">
              <Format word="CSV" format="csv" onStart={start}>
                For spreadsheets. Cells that a spreadsheet would calculate begin with an apostrophe.
              </Format>
              <Format word="JSON lines" format="jsonl" onStart={start}>
                {of === "events"
                  ? "For programs and auditors: signed by the desk, and checked by anybody with “npm run verify”."
                  : "For programs: one request a line."}
              </Format>
            </div>
          ) : (
            <div className="flex flex-wrap items-center justify-between gap-3">
              <p role="status" className="tabular-nums">
                {rows === 0 ? "Preparing the first part…" : `${counted(rows, of.slice(0, -1))} so far…`}
              </p>
              <Button variant="outline" onClick={cancel}>
                Cancel
              </Button>
            </div>
          )}
          {error !== null && <ErrorNote error={error} />}
        </DialogContent>
      </Dialog>
    </>
  );
}

function Format(props: {
  word: string;
  format: ExportFormat;
  onStart: (format: ExportFormat) => void;
  children: string;
}) {
  return (
    <div className="flex items-start justify-between gap-4 rounded-md border p-3">
      <div>
        <p className="font-medium">{props.word}</p>
        <p className="text-xs text-muted-foreground">{props.children}</p>
      </div>
      <Button size="sm" aria-label={`Export as ${props.word}`} onClick={() => props.onStart(props.format)}>
        Export
      </Button>
    </div>
  );
}

/** One download at a time. `rows` is how many have come, null while none is under way. */
function useExport(search: HistorySearch, onDone: () => void) {
  const convex = useConvex();
  const token = useLatestToken();
  const running = useRef<AbortController | null>(null);
  const [rows, setRows] = useState<number | null>(null);
  const [error, setError] = useState<Explanation | null>(null);
  const cancel = () => running.current?.abort();
  const start = (format: ExportFormat) => {
    if (running.current !== null) return;
    const leaving = new AbortController();
    running.current = leaving;
    setError(null);
    void run(format, leaving.signal).finally(() => {
      running.current = null;
      setRows(null);
    });
  };
  const run = async (format: ExportFormat, signal: AbortSignal) => {
    const view = viewOf(search);
    const sink = await openSink(fileName(view.of, format, new Date()));
    if (sink === null) return;
    setRows(0);
    try {
      const all = await download({
        begin: () => convex.mutation(api.exports.begin, { view, format }),
        progress: (exportId) => convex.query(api.exports.get, { exportId }),
        token,
        write: sink.write,
        onProgress: setRows,
        signal,
        fetch: (...request) => fetch(...request),
      });
      await sink.close();
      toast(`Exported ${count(all)} ${view.of}.`);
      onDone();
    } catch (caught) {
      await sink.abort();
      if (!signal.aborted) setError(sayable(caught));
    }
  };
  return { start, cancel, rows, error };
}

/** What the desk or the download said; anything else as errors of calls are explained. */
function sayable(caught: unknown): Explanation {
  const known = explain(caught);
  if (known.desk !== null || !(caught instanceof Error)) return known;
  return { ...known, title: "The export was not finished", message: caught.message };
}
