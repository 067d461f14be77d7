import type { ReactNode } from 'react';
import { AccessFrame } from './access-frame.tsx';

export default function AccountLayout({ children }: { children: ReactNode }) {
  return <AccessFrame scope="account:read">{children}</AccessFrame>;
}
