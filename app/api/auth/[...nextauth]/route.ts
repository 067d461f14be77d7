import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { runtime } from '#server/runtime.ts';

type RouteContext = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  // Options come from the running server: while pages are built there is none.
  const response: unknown = await NextAuth(request, context, runtime().authOptions);
  return response as Response;
}

export { handle as GET, handle as POST };
