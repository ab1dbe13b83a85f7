import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { BookmarkIcon, BookmarkPlusIcon, UsersIcon } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { useOnce } from "@/lib/use-once";
import { filtersSet, type HistorySearch, searchOf, viewOf } from "./search";

type View = FunctionReturnType<typeof api.savedViews.list>[number];

/** Opens saved views, keeps the filter of the address as one, and changes one's own. */
export function ViewsMenu({ search }: { search: HistorySearch }) {
  const views = useQuery(api.savedViews.list, {});
  const [shown, setShown] = useState<"views" | "save" | View | null>(null);
  const close = () => setShown(null);
  const canSave = filtersSet(search) > 0;
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="outline" size="sm" onClick={() => setShown("views")}>
        <BookmarkIcon aria-hidden />
        Views
      </Button>
      <Button
        variant="outline"
        size="sm"
        disabled={!canSave}
        title={canSave ? undefined : "Set a filter first: a view keeps it under a name."}
        onClick={() => setShown("save")}
      >
        <BookmarkPlusIcon aria-hidden />
        Save view
      </Button>
      <Dialog open={shown !== null} onOpenChange={(open) => !open && close()}>
        {shown === "save" && <SaveView search={search} onDone={close} />}
        {shown === "views" && <ViewList views={views} onOpen={close} onChange={setShown} />}
        {shown !== null && typeof shown === "object" && <ChangeView view={shown} onDone={() => setShown("views")} />}
      </Dialog>
    </div>
  );
}

function ViewList(props: { views: View[] | undefined; onOpen: () => void; onChange: (view: View) => void }) {
  const { views = [] } = props;
  return (
    <DialogContent>
      <DialogHeader>
        <DialogTitle>Saved views</DialogTitle>
        <DialogDescription>
          {views.length === 0
            ? "A view is a filter under a name. Set filters, then choose “Save view”: for yourself, or for every manager."
            : "Your own, and those that others share."}
        </DialogDescription>
      </DialogHeader>
      {views.length > 0 && (
        <ul aria-label="Saved views" className="-mx-2 flex max-h-80 flex-col overflow-y-auto">
          {views.map((view) => (
            <li key={view.viewId} className="flex items-center gap-2 rounded-md px-2 hover:bg-accent">
              <Link to="/history" search={searchOf(view.view)} onClick={props.onOpen} className="min-w-0 flex-1 py-2">
                <span className="block truncate font-medium">{view.name}</span>
                <span className="flex items-center gap-1 text-xs text-muted-foreground">
                  {view.view.of === "requests" ? "Requests" : "Events"}
                  {view.shared && (
                    <>
                      <UsersIcon aria-hidden className="ml-1 size-3.5" />
                      shared by {view.by}
                    </>
                  )}
                </span>
              </Link>
              {view.mayChange && (
                <Button
                  variant="ghost"
                  size="sm"
                  aria-label={`Change the view ${view.name}`}
                  onClick={() => props.onChange(view)}
                >
                  Change…
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </DialogContent>
  );
}

function SaveView({ search, onDone }: { search: HistorySearch; onDone: () => void }) {
  const save = useMutation(api.savedViews.save);
  const { run, pending, error } = useOnce();
  const submit = (name: string, shared: boolean) =>
    void run(() => save({ name, shared, view: viewOf(search) })).then((saved) => saved && onDone());
  return (
    <DialogContent>
      <DialogHeader>
        <DialogTitle>Save this view</DialogTitle>
        <DialogDescription>Keeps the list and its filters under a name. What it finds stays live.</DialogDescription>
      </DialogHeader>
      <ViewForm name="" shared={false} word="Save" pending={pending} onSubmit={submit} />
      {error !== null && <ErrorNote error={error} />}
    </DialogContent>
  );
}

function ChangeView({ view, onDone }: { view: View; onDone: () => void }) {
  const update = useMutation(api.savedViews.update);
  const remove = useMutation(api.savedViews.remove);
  const { run, pending, error } = useOnce();
  const { viewId } = view;
  const done = (call: () => Promise<unknown>) => void run(call).then((isDone) => isDone && onDone());
  return (
    <DialogContent>
      <DialogHeader>
        <DialogTitle>View “{view.name}”</DialogTitle>
        <DialogDescription>
          {view.shared ? "Every manager and admin sees it; changes hold for all of them." : "Only you see it."}
        </DialogDescription>
      </DialogHeader>
      <ViewForm
        name={view.name}
        shared={view.shared}
        word="Save"
        pending={pending}
        onSubmit={(name, shared) => done(() => update({ viewId, name, shared }))}
      >
        <Button type="button" variant="outline" disabled={pending} onClick={() => done(() => remove({ viewId }))}>
          Remove this view
        </Button>
      </ViewForm>
      {error !== null && <ErrorNote error={error} />}
    </DialogContent>
  );
}

function ViewForm(props: {
  name: string;
  shared: boolean;
  word: string;
  pending: boolean;
  onSubmit: (name: string, shared: boolean) => void;
  children?: ReactNode;
}) {
  const id = useId();
  const [name, setName] = useState(props.name);
  const [shared, setShared] = useState(props.shared);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit(name, shared);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="flex flex-col gap-1.5">
        <Label htmlFor={id}>Name</Label>
        <Input
          id={id}
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <Label className="font-normal">
        <input
          type="checkbox"
          className="size-4 accent-primary"
          checked={shared}
          onChange={({ target }) => setShared(target.checked)}
        />
        Share with every manager and admin
      </Label>
      <div className="flex flex-wrap justify-end gap-2">
        {props.children}
        <Button type="submit" disabled={props.pending || name.trim() === ""}>
          {props.word}
        </Button>
      </div>
    </form>
  );
}
