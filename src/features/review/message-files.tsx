import type { Attachment } from "@convex/shared/attachments/attachments";
import { DownloadIcon, LoaderCircleIcon } from "lucide-react";
import { FileLine } from "@/components/file-line";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { useDownload } from "./use-download";

/** The files that came with a message, each to be downloaded. Nothing where none came. */
export function MessageFiles({ files }: { files: readonly Attachment[] }) {
  if (files.length === 0) return null;
  return (
    <div className="mt-4">
      <h3 id="files-title" className="mb-1.5 text-xs font-medium text-muted-foreground">
        Files
      </h3>
      <ul aria-labelledby="files-title" className="@container divide-y rounded-md border">
        {files.map((file) => (
          <MessageFile key={file.attachmentId} file={file} />
        ))}
      </ul>
    </div>
  );
}

function MessageFile({ file }: { file: Attachment }) {
  const [state, begin] = useDownload(file);
  const pending = state.kind === "pending";
  const Icon = pending ? LoaderCircleIcon : DownloadIcon;
  return (
    <FileLine
      name={file.name}
      size={file.size}
      aside={pending && <span role="status">Downloading…</span>}
      actions={
        <Button
          variant="outline"
          size="sm"
          aria-label={`Download ${file.name}`}
          title="Download"
          aria-disabled={pending}
          aria-busy={pending}
          onClick={begin}
        >
          <Icon aria-hidden className={pending ? "animate-spin" : undefined} />
          {/* In a narrow column the name of the file needs the room. */}
          <span className="hidden @md:inline">Download</span>
        </Button>
      }
    >
      {state.kind === "failed" && <ErrorNote error={state.error} onRetry={begin} />}
    </FileLine>
  );
}
