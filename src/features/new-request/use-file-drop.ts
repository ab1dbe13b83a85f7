import { type DragEvent, useEffect, useState } from "react";

/**
 * Takes files that are dropped onto an element. `over` says that some are held above it; `handlers` go onto the element.
 * Files dropped beside it do nothing: the browser would open them in place of the page.
 */
export function useFileDrop(onFiles: (files: File[], folders: number) => void) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hold = (event: globalThis.DragEvent) => {
      if (event.defaultPrevented || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
    };
    window.addEventListener("dragover", hold);
    window.addEventListener("drop", hold);
    return () => {
      window.removeEventListener("dragover", hold);
      window.removeEventListener("drop", hold);
    };
  }, []);
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(false);
      const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file");
      const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry()?.isDirectory === true;
      const files = items.filter((item) => !isFolder(item)).flatMap((item) => item.getAsFile() ?? []);
      onFiles(files, items.filter(isFolder).length);
    },
  };
  return { over, handlers };
}

function holdsFiles(data: DataTransfer | null): boolean {
  return data !== null && data.types.includes("Files");
}
