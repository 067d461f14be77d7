import { PageSkeleton } from '../_ui/skeleton.tsx';

export default function Loading() {
  return <PageSkeleton width="max-w-7xl" blocks={['h-24', 'h-96', 'h-64']} hasHeader />;
}
