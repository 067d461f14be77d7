import { uiWords } from './ui-words.ts';

/** The place of something that is on its way; its size comes by `className`, so that nothing jumps. */
export function Skeleton({ className }: { className: string }) {
  return <div className={`skeleton ${className}`} aria-hidden="true" />;
}

type PageSkeletonProps = {
  /** Width of the page that follows, as its own frame has it. */
  width: string;
  /** Heights of what follows the title, from top to bottom. */
  blocks: readonly string[];
  /** Whether the page brings its own header, which is then on its way too. */
  hasHeader?: boolean;
};

/** A page before its data: its title and blocks as shapes, said once to screen readers. */
export function PageSkeleton({ width, blocks, hasHeader = false }: PageSkeletonProps) {
  return (
    // As high as the window, so that what stands below is not pushed down when the page comes.
    <main className={`mx-auto flex min-h-dvh flex-col gap-4 px-4 pb-12 ${width}`}>
      <p role="status" className="sr-only">
        {uiWords.loading}
      </p>
      {hasHeader && <Skeleton className="my-3 h-12" />}
      <Skeleton className="h-8 w-48 max-w-full" />
      {blocks.map((height, index) => (
        // Shapes have nothing but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <Skeleton key={index} className={height} />
      ))}
    </main>
  );
}
