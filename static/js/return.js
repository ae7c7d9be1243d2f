// Whoever comes back to a page after a while sees it as it is now.

const AWAY_MS = 60_000;

export function watchReturn(renew, page = document, now = () => performance.now()) {
  let leftAt = null;
  page.addEventListener('visibilitychange', () => {
    if (page.visibilityState === 'hidden') leftAt = now();
    else if (leftAt !== null && now() - leftAt >= AWAY_MS) renew();
  });
}
