'use client';

/**
 * Whether this page itself is changing who is signed in, or where: the streams that end by it are no
 * news, and must not take the person elsewhere than the page does.
 */
export const leaving = { underWay: false };

/** leaveFor loads another page. What leads there stays busy until this page is gone, or is come back to. */
export function leaveFor(address: string): Promise<void> {
  const { pathname, search, href } = window.location;
  const to = new URL(address, href);
  window.location.assign(to);
  // The same page with another anchor is not loaded anew by itself, but the person is another.
  if (to.pathname === pathname && to.search === search) window.location.reload();
  return new Promise((resolve) => {
    window.addEventListener('pageshow', () => { resolve(); }, { once: true });
  });
}
