import { type ActionField, type DraftKind, shapeOfKind } from "@convex/shared/actions";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

/** What stands in each field of an action, by the field's name: its text, its diff, or a place where it will be. */
export type Parts = ReadonlyMap<string, ReactNode>;

/** How a kind of action looks when it is performed. A field without a part is not there. */
type Frame = (props: { fields: readonly ActionField[]; parts: Parts }) => ReactNode;

/** Kinds with a form of their own; every other one is a sheet. */
const FRAMES: Partial<Record<DraftKind, Frame>> = {
  refund: RefundSlip,
  announcement: AnnouncementPage,
  question: QuestionText,
};

/** An action in the form of its kind, with all of its parts. */
export function ActionFrame({
  kind,
  parts,
  className,
}: {
  kind: DraftKind;
  parts: Parts;
  className?: string | undefined;
}) {
  const Frame = FRAMES[kind] ?? Sheet;
  return (
    <div className={cn("min-w-0", className)}>
      <Frame fields={shapeOfKind(kind).fields} parts={parts} />
    </div>
  );
}

/** A letter, or whatever has no form of its own: the short fields as a head, the long ones as text below it. */
function Sheet({ fields, parts }: { fields: readonly ActionField[]; parts: Parts }) {
  const texts = fields.filter(({ name, widget }) => widget === "text" && parts.has(name));
  return (
    <>
      <Lines fields={fields.filter(({ widget }) => widget !== "text")} parts={parts} />
      {texts.map(({ name, label }) => (
        <Body key={name} caption={texts.length > 1 ? label : undefined}>
          {parts.get(name)}
        </Body>
      ))}
    </>
  );
}

/** The amount first and large; then where it goes and why; then the note. */
function RefundSlip({ fields, parts }: { fields: readonly ActionField[]; parts: Parts }) {
  return (
    <>
      <div className="border-b px-4 py-3 sm:px-5">
        <p className="text-xs text-muted-foreground">Refund</p>
        <div className="text-2xl font-semibold tracking-tight tabular-nums">{parts.get("amountCents")}</div>
      </div>
      <Lines fields={fields.filter(({ name }) => name !== "amountCents" && name !== "message")} parts={parts} />
      <Body caption="Note to the customer">{parts.get("message")}</Body>
    </>
  );
}

/** Where and when it is published, then the page as readers get it. */
function AnnouncementPage({ fields, parts }: { fields: readonly ActionField[]; parts: Parts }) {
  return (
    <>
      <Lines fields={fields.filter(({ name }) => name !== "headline" && name !== "body")} parts={parts} />
      <article className="px-4 py-4 sm:px-5">
        <h3 className="verbatim mb-3 text-lg leading-7 font-semibold tracking-tight text-balance">
          {parts.get("headline")}
        </h3>
        <div className="verbatim text-[15px] leading-6">{parts.get("body")}</div>
      </article>
    </>
  );
}

/** What an agent asks, large: there is nothing else to read in it. */
function QuestionText({ parts }: { parts: Parts }) {
  return (
    <p className="verbatim px-4 py-5 text-lg leading-7 font-medium text-balance sm:px-5">{parts.get("question")}</p>
  );
}

function Lines({ fields, parts }: { fields: readonly ActionField[]; parts: Parts }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-b px-4 py-3 sm:px-5">
      {fields
        .filter(({ name }) => parts.has(name))
        .map(({ name, label, fixed }) => (
          <div key={name} className="contents">
            <dt className="text-muted-foreground">{label}</dt>
            <dd className={cn("verbatim min-w-0 tabular-nums", fixed !== true && "font-medium")}>{parts.get(name)}</dd>
          </div>
        ))}
    </dl>
  );
}

function Body({ caption, children }: { caption: string | undefined; children: ReactNode }) {
  return (
    <div className="px-4 py-4 sm:px-5">
      {caption !== undefined && <p className="mb-2 text-xs text-muted-foreground">{caption}</p>}
      <div className="verbatim text-[15px] leading-6">{children}</div>
    </div>
  );
}
