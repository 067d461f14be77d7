/**
 * within gives `work` so many ms of real time.
 * @throws Error once they have passed; the work itself goes on, and whatever comes of it is ignored.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`There was no answer within ${ms / 1_000} s.`));
  }, ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
