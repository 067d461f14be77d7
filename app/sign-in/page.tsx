import type { Metadata } from 'next';
import { site } from '../_client/api.ts';
import { Brand } from '../_ui/brand.tsx';
import { DemoRoles } from '../_ui/demo-roles.tsx';
import { words } from '../_ui/words.ts';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: words.signIn.title };

export default async function SignInPage() {
  const { demoRoles } = await site();
  const roles = await demoRoles();
  return (
    <main className="mx-auto max-w-md px-4 py-12 flex flex-col gap-6">
      <Brand />
      <h1 className="text-2xl font-semibold">{words.signIn.title}</h1>
      {roles.length > 0 && <DemoRoles roles={roles} />}
      <SignInForm />
    </main>
  );
}
