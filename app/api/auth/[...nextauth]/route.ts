import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { runtime } from '#server/runtime.ts';

type RouteContext = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  // Options come from the running server: while pages are built there is none.
  const { authOptions, signInRequest } = runtime();
  const from = signInRequest(request.headers);
  const answer: unknown = await NextAuth(request, context, authOptions(from));
  const response = answer as Response;
  if (from.waitS === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('retry-after', String(from.waitS));
  return new Response(response.body, { status: 429, headers });
}

export { handle as GET, handle as POST };
