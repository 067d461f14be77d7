/** The shape of what comes, so that nothing jumps when it does. */
export default function Loading() {
  return (
    <div className="grid gap-4 px-4 md:grid-cols-2" aria-hidden="true">
      <div className="skeleton h-80" />
      <div className="skeleton h-96" />
      <div className="skeleton h-32" />
    </div>
  );
}
