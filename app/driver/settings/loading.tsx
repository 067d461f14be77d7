import { PageSkeleton } from '../../_ui/skeleton.tsx';

export default function Loading() {
  return <PageSkeleton width="max-w-xl" blocks={['h-40', 'h-96']} />;
}
