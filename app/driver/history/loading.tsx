import { PageSkeleton } from '../../_ui/skeleton.tsx';

export default function Loading() {
  return <PageSkeleton width="max-w-2xl" blocks={['h-28', 'h-96']} />;
}
