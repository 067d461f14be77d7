import type { ReactNode } from 'react';
import { AccessFrame } from '../account/access-frame.tsx';

export default function OrganisationLayout({ children }: { children: ReactNode }) {
  return <AccessFrame scope="member:read">{children}</AccessFrame>;
}
