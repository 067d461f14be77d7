/** The shape of what comes, so that nothing jumps when it does. */
export default function Loading() {
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-4 px-4" aria-hidden="true">
      <div className="skeleton h-8 w-40" />
      <div className="skeleton h-28" />
      <div className="skeleton h-96" />
    </div>
  );
}
