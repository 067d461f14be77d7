'use client';

/**
 * Whether this page itself is changing who is signed in, or where: the streams that end by it are no
 * news, and must not take the person elsewhere than the page does.
 */
export const leaving = { underWay: false };
