/** Went wrong in the browser itself; its message is a sentence for the person. */
export class PlainError extends Error {}
