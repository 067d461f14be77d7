import type { ReactNode } from 'react';
import { AccessFrame } from '../account/access-frame.tsx';

export default function CityLayout({ children }: { children: ReactNode }) {
  return <AccessFrame scope="city:read">{children}</AccessFrame>;
}
