import type { Json } from "../values/json.ts";

/** Extensions of common media types. They only help people who look into an export; nothing reads them. */
const EXTENSIONS: Record<string, string> = {
  "application/json": ".json",
  "application/pdf": ".pdf",
  "application/zip": ".zip",
  "audio/mpeg": ".mp3",
  "audio/wav": ".wav",
  "image/gif": ".gif",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/svg+xml": ".svg",
  "image/webp": ".webp",
  "text/csv": ".csv",
  "text/html": ".html",
  "text/markdown": ".md",
  "text/plain": ".txt",
  "video/mp4": ".mp4",
};

/** The extension of a file with this content type, with its dot; empty when none is known. */
export function extensionOf(contentType: Json | undefined): string {
  const type = typeof contentType === "string" ? contentType.split(";", 1)[0]!.trim().toLowerCase() : "";
  return EXTENSIONS[type] ?? "";
}
