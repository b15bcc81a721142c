import type { Page } from "@playwright/test";

/** A machine that is busy with other things may keep a page waiting. */
const WITHIN_MS = 60_000;
const PAUSE_MS = 20;

/**
 * Waits until a page is there and nothing on it is being read or unfolded any more. The page itself
 * looks, and often: asked from here, each look would cost a trip, and come later and later.
 */
export async function settled(page: Page): Promise<void> {
  const still = await page.evaluate(
    async ([within_ms, pause_ms]) => {
      const end_ms = performance.now() + within_ms;
      while (performance.now() < end_ms) {
        const headed = document.querySelector("h1")?.checkVisibility() === true;
        if (headed && !document.querySelector(".ant-skeleton, .ant-spin-spinning")) return true;
        await new Promise((done) => {
          setTimeout(done, pause_ms);
        });
      }
      return false;
    },
    [WITHIN_MS, PAUSE_MS] as const,
  );
  if (!still) throw new Error(`${page.url()} has no heading, or is still reading`);
}

/** Goes on to another page as a link does: the application stays, and what it has read. */
export async function followTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  await settled(page);
}
