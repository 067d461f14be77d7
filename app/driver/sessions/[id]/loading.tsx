import { PageSkeleton } from '../../../_ui/skeleton.tsx';

export default function Loading() {
  return <PageSkeleton width="max-w-4xl" blocks={['h-40', 'h-64', 'h-96']} />;
}
