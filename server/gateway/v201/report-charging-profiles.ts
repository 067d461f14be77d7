import type {
  ReportChargingProfilesRequest,
  ReportChargingProfilesResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** What a station holds shows in its composite schedule and its meter, by which it is judged. */
export const reportChargingProfilesRoute = answering<
  ReportChargingProfilesRequest,
  ReportChargingProfilesResponse
>(() => ({}));
