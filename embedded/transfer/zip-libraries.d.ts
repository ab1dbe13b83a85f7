/** The parts of the zip libraries that are used here; they bring no types of their own. */
declare module "yazl" {
  import type { EventEmitter } from "node:events";
  import type { Readable } from "node:stream";

  export class ZipFile extends EventEmitter {
    readonly outputStream: Readable;
    /** `open` is asked for the stream when it is the entry's turn. */
    addReadStreamLazy(
      path: string,
      options: { mode?: number; compress?: boolean },
      open: (give: (error: unknown, stream?: Readable) => void) => void,
    ): void;
    addBuffer(content: Buffer, path: string, options?: { mode?: number }): void;
    end(): void;
  }
}

declare module "yauzl" {
  import type { Readable } from "node:stream";

  export interface Entry {
    fileName: string;
    /** Bytes, unpacked. */
    uncompressedSize: number;
  }
  export interface ZipFile {
    entryCount: number;
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  }
  const yauzl: { openPromise(path: string, options: { lazyEntries: true; autoClose: false }): Promise<ZipFile> };
  export default yauzl;
}
