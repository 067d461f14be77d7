import { PageSkeleton } from '../_ui/skeleton.tsx';

export default function Loading() {
  return <PageSkeleton width="max-w-5xl" blocks={['h-24', 'h-64', 'h-96']} hasHeader />;
}
