/** Where the bytes of a download go. */
export interface Sink {
  write: (part: Blob) => Promise<void>;
  /** The file is whole. */
  close: () => Promise<void>;
  /** The download ended early: no half file is left behind. */
  abort: () => Promise<void>;
}

type Picker = (options: {
  suggestedName: string;
}) => Promise<{ createWritable: () => Promise<FileSystemWritableFileStream> }>;

/**
 * A file of the person's choice that is written as it comes, where the browser has that; otherwise one that is saved with the
 * browser's downloads when it is whole, kept until then in parts that the browser may put on disk. To be called at a click. Null when
 * the person chose no file.
 */
export async function openSink(name: string): Promise<Sink | null> {
  const picker = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (picker === undefined) return downloadSink(name);
  try {
    const handle = await picker({ suggestedName: name });
    const file = await handle.createWritable();
    return { write: (part) => file.write(part), close: () => file.close(), abort: () => file.abort() };
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    return downloadSink(name);
  }
}

function downloadSink(name: string): Sink {
  const parts: Blob[] = [];
  return {
    write: (part) => Promise.resolve(void parts.push(part)),
    close: () => {
      const url = URL.createObjectURL(new Blob(parts));
      const link = document.createElement("a");
      link.href = url;
      link.download = name;
      link.click();
      URL.revokeObjectURL(url);
      return Promise.resolve();
    },
    abort: () => Promise.resolve(void parts.splice(0)),
  };
}
