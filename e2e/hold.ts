import type { Page } from "playwright-core";

/** A switch for what the desk sends to one page. */
export interface Hold {
  /** From now on the page hears nothing, as on a slow network; what it sends arrives at once. */
  begin(): void;
  /** Lets through what was held back, in its order, and holds nothing more. */
  release(): void;
}

/** Puts a switch between the desk and a page, which is loaded again for it. */
export async function holdable(page: Page): Promise<Hold> {
  let isOn = false;
  const held: (() => void)[] = [];
  await page.routeWebSocket(/\/sync$/, (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (isOn) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  await page.reload();
  return {
    begin: () => (isOn = true),
    release: () => {
      isOn = false;
      for (const send of held.splice(0)) send();
    },
  };
}
