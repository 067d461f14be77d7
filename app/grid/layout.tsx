import type { ReactNode } from 'react';
import { AccessFrame } from '../account/access-frame.tsx';

export default function GridLayout({ children }: { children: ReactNode }) {
  return <AccessFrame scope="grid:read">{children}</AccessFrame>;
}
