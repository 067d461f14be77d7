/** A person's role in an organisation, as table `membership` holds it. */
export const roles = ['ADMIN', 'CPO', 'MSP', 'MUNICIPALITY', 'GRID', 'DRIVER'] as const;
export type Role = (typeof roles)[number];

/** What a procedure lets a person do. `public:*` is for anybody, signed in or not. */
export const scopes = [
  'public:read',
  'public:claim',
  'public:kerb',
  'account:read',
  'account:write',
  'session:read',
  'session:steer',
  'balance:read',
  'receipt:read',
  'fleet:read',
  'fleet:write',
  'programme:accept',
  'person:invite',
  'operation:read',
  'price:read',
] as const;
export type Scope = (typeof scopes)[number];

const everyone = ['public:read', 'public:claim', 'public:kerb', 'account:read', 'account:write'] as const;

/** Who may do what: every role has its row, pages hide what the server would refuse. */
export const grants = {
  ADMIN: [
    ...everyone,
    'fleet:read',
    'fleet:write',
    'programme:accept',
    'person:invite',
    'operation:read',
    'price:read',
  ],
  CPO: [...everyone, 'fleet:read', 'operation:read', 'price:read'],
  MSP: everyone,
  MUNICIPALITY: everyone,
  GRID: everyone,
  DRIVER: [...everyone, 'session:read', 'session:steer', 'balance:read', 'receipt:read'],
} as const satisfies Record<Role, readonly Scope[]>;

/** isGranted tells whether a principal's role (null: nobody signed in) holds a scope. */
export function isGranted(role: Role | null, scope: Scope): boolean {
  if (role === null) return scope.startsWith('public:');
  const held: readonly Scope[] = grants[role];
  return held.includes(scope);
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
