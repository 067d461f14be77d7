/** A person's role in an organisation, as table `membership` holds it. */
export const roles = [
  'ADMIN',
  'CPO',
  'MSP',
  'MUNICIPALITY',
  'GRID',
  'DRIVER',
  'PLATFORM',
] as const;
export type Role = (typeof roles)[number];

export const organisationKinds = [
  'CPO',
  'MSP',
  'MUNICIPALITY',
  'GRID_OPERATOR',
  'PLATFORM',
] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

/**
 * What a procedure lets a person do. `public:*` is for anybody, signed in or not; `account:*` is
 * about the person alone; `platform:*` reaches every organisation.
 */
export const scopes = [
  'public:read',
  'public:claim',
  'public:kerb',
  'public:demo',
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
  'grid:read',
  'grid:write',
  'msp:read',
  'city:read',
  'member:read',
  'member:write',
  'key:read',
  'key:write',
  'audit:read',
  'platform:read',
  'platform:write',
] as const;
export type Scope = (typeof scopes)[number];

/** What a machine may be given: never a person's own, never the keys to more. */
export const keyScopes = [
  'fleet:read',
  'fleet:write',
  'operation:read',
  'price:read',
] as const satisfies readonly Scope[];
export type KeyScope = (typeof keyScopes)[number];

const everyone = [
  'public:read',
  'public:claim',
  'public:kerb',
  'public:demo',
  'account:read',
  'account:write',
] as const;
const access = [
  'member:read',
  'member:write',
  'key:read',
  'key:write',
  'audit:read',
] as const satisfies readonly Scope[];

/** Who may do what: every role has its row, pages hide what the server would refuse. */
export const grants = {
  ADMIN: [
    ...everyone,
    ...access,
    'fleet:read',
    'fleet:write',
    'programme:accept',
    'person:invite',
    'operation:read',
    'price:read',
    'grid:read',
    'grid:write',
    'msp:read',
    'city:read',
  ],
  CPO: [...everyone, 'fleet:read', 'operation:read', 'price:read'],
  MSP: [...everyone, 'msp:read'],
  MUNICIPALITY: [...everyone, 'city:read'],
  GRID: [...everyone, 'grid:read', 'grid:write'],
  DRIVER: [...everyone, 'session:read', 'session:steer', 'balance:read', 'receipt:read'],
  PLATFORM: [...everyone, ...access, 'platform:read', 'platform:write'],
} as const satisfies Record<Role, readonly Scope[]>;

/** Roles that an organisation of a kind has; the first administrates it. */
export const rolesOfKind = {
  CPO: ['ADMIN', 'CPO', 'DRIVER'],
  MSP: ['ADMIN', 'MSP', 'DRIVER'],
  MUNICIPALITY: ['ADMIN', 'MUNICIPALITY'],
  GRID_OPERATOR: ['ADMIN', 'GRID'],
  PLATFORM: ['PLATFORM'],
} as const satisfies Record<OrganisationKind, readonly [Role, ...Role[]]>;

/** What only one kind of organisation has: other organisations' administrators have no fleet, no grid. */
const kindOfScope: Partial<Record<Scope, OrganisationKind>> = {
  'fleet:read': 'CPO',
  'fleet:write': 'CPO',
  'programme:accept': 'CPO',
  'person:invite': 'CPO',
  'operation:read': 'CPO',
  'grid:read': 'GRID_OPERATOR',
  'grid:write': 'GRID_OPERATOR',
  'msp:read': 'MSP',
  'city:read': 'MUNICIPALITY',
};

/** Who asks: a person by role and organisation, or a machine by its key's scopes. */
export type Grantee =
  | { role: Role; organisationKind: OrganisationKind }
  | { keyScopes: readonly KeyScope[]; organisationKind: OrganisationKind };

/** isGranted tells whether a principal (null: nobody signed in) holds a scope. */
export function isGranted(who: Grantee | null, scope: Scope): boolean {
  if (scope.startsWith('public:')) return true;
  if (who === null) return false;
  if ((kindOfScope[scope] ?? who.organisationKind) !== who.organisationKind) return false;
  const held: readonly Scope[] = 'keyScopes' in who ? who.keyScopes : grants[who.role];
  return held.includes(scope);
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

export function isOrganisationKind(text: string): text is OrganisationKind {
  return (organisationKinds as readonly string[]).includes(text);
}

export function isKeyScope(text: string): text is KeyScope {
  return (keyScopes as readonly string[]).includes(text);
}
