import type { ReactNode } from 'react';
import { AccessFrame } from '../account/access-frame.tsx';

export default function MspLayout({ children }: { children: ReactNode }) {
  return <AccessFrame scope="msp:read">{children}</AccessFrame>;
}
