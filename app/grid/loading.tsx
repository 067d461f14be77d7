import { PageSkeleton } from '../_ui/skeleton.tsx';

export default function Loading() {
  return <PageSkeleton width="max-w-6xl" blocks={['h-12', 'h-40', 'h-96']} />;
}
