/**
 * next-auth reads its own address from the environment when its module loads, and from nowhere
 * else: set before Next starts. Signing in answers JSON and sends nobody to this address.
 */
export function setNextAuthUrl(url: string): void {
  // oxlint-disable-next-line node/no-process-env -- the one variable next-auth takes no option for
  process.env['NEXTAUTH_URL'] = url;
}
