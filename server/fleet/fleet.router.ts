import { z } from 'zod';
import { BIDDING_ZONES } from '#domain/market/zones.ts';
import { router, scoped } from '../trpc/init.ts';
import { admissionProcedures } from './admission.router.ts';
import {
  acceptDefaultProgramme,
  acceptedProgramme,
  createLocation,
  createStation,
  DEFAULT_PROGRAMME,
  linkCard,
  rotateKey,
  setSiteLimit,
} from './fleet.service.ts';
import { listProcedures } from './list.router.ts';
import { noticeProcedures } from './notice.router.ts';
import { stationActionProcedures } from './station-action.router.ts';

const nameSchema = z.string().trim().min(1, 'Type a name.').max(120);
const stationIdSchema = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._-]{1,48}$/, 'Use 1 to 48 letters, digits, dots, dashes or underscores.');
const uidSchema = z.string().trim().min(1, 'Type the number of the card.').max(36);

/** Sites, stations, cards and the programme of the administrator's tenant. */
export const fleetRouter = router({
  ...admissionProcedures,
  ...listProcedures,
  ...noticeProcedures,
  ...stationActionProcedures,

  zones: scoped('fleet:read').query(() =>
    BIDDING_ZONES.map(({ code, name, timeZone }) => ({ code, name, timeZone })),
  ),

  locations: scoped('fleet:read').query(async ({ ctx }) => {
    const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
      tx.location.findMany({
        orderBy: { name: 'asc' },
        take: 500,
        include: {
          powerLimits: { where: { stationId: null, validTo: null }, orderBy: { validFrom: 'desc' } },
        },
      }),
    );
    return rows.map(({ id, name, address, timeZone, biddingZone, salePriceMicro, powerLimits }) => ({
      id,
      name,
      address,
      timeZone,
      biddingZone,
      salePriceMicro: salePriceMicro.toString(),
      limitW: powerLimits[0]?.limitW ?? null,
    }));
  }),

  createLocation: scoped('fleet:write')
    .input(
      z.strictObject({
        name: nameSchema,
        address: z.string().trim().max(200).nullable(),
        biddingZone: z.string().max(20),
        salePriceMicro: z
          .int()
          .min(0, 'A price is not below 0.')
          .max(10_000_000, 'At most EUR 10 per kWh.'),
      }),
    )
    .mutation(({ ctx, input }) =>
      createLocation(ctx.deps, ctx.principal.tenantId, {
        ...input,
        salePriceMicro: BigInt(input.salePriceMicro),
      }),
    ),

  setSiteLimit: scoped('fleet:write')
    .input(
      z.strictObject({
        locationId: z.uuid(),
        limitW: z.int().min(0, 'A limit is not below 0.').max(100_000_000).nullable(),
      }),
    )
    .mutation(({ ctx, input }) => setSiteLimit(ctx.deps, ctx.principal.tenantId, input)),

  /** Where a station connects, without its id. */
  stationAddress: scoped('fleet:read').query(({ ctx }) => ctx.deps.stationAddress),

  createStation: scoped('fleet:write')
    .input(
      z.strictObject({
        id: stationIdSchema,
        locationId: z.uuid(),
        evses: z.int().min(1).max(20),
        maxPowerW: z.int().min(1_380).max(400_000),
        phases: z.union([z.literal(1), z.literal(3)]),
      }),
    )
    .mutation(({ ctx, input }) => createStation(ctx.deps, ctx.principal.tenantId, input)),

  rotateKey: scoped('fleet:write')
    .input(z.strictObject({ stationId: stationIdSchema }))
    .mutation(({ ctx, input }) => rotateKey(ctx.deps, ctx.principal.tenantId, input.stationId)),

  programme: scoped('fleet:read').query(async ({ ctx }) => {
    const latest = await ctx.deps.db.withTenant(ctx.principal.tenantId, acceptedProgramme);
    const terms = latest ?? DEFAULT_PROGRAMME;
    return {
      acceptedVersion: latest?.version ?? null,
      mspName: latest?.mspName ?? null,
      shareBp: terms.shareBp,
      driverBp: terms.driverBp,
      mspBp: terms.mspBp,
      cpoBp: terms.cpoBp,
      platformBp: terms.platformBp,
      driverCapMicro: terms.driverCapMicro.toString(),
      minPayoutMicro: terms.minPayoutMicro.toString(),
    };
  }),

  acceptProgramme: scoped('programme:accept')
    .input(z.strictObject({ mspName: nameSchema }))
    .mutation(({ ctx, input }) =>
      acceptDefaultProgramme(ctx.deps, ctx.principal.tenantId, input.mspName),
    ),

  linkCard: scoped('person:invite')
    .input(
      z.strictObject({
        email: z.string().trim().toLowerCase().max(320).pipe(z.email('Type an e-mail address.')),
        name: nameSchema,
        uid: uidSchema,
      }),
    )
    .mutation(({ ctx, input }) => linkCard(ctx.deps, ctx.principal.tenantId, input)),
});
