/** isUuid tells whether a word of an address can be an id: what cannot be one is not asked for. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
