import type { ReactNode } from 'react';
import { AccessFrame } from '../account/access-frame.tsx';

export default function AdminLayout({ children }: { children: ReactNode }) {
  return <AccessFrame scope="fleet:read">{children}</AccessFrame>;
}
