import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, kw, whenTime } from '../_client/format.ts';
import { LimitPanel } from '../_ui/charts/limit-panel.tsx';
import { limitWords } from '../_ui/charts/limit-words.ts';
import { Figures } from '../_ui/figures.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { gridWords as w } from './grid-words.ts';
import { LimitForm } from './limit-form.tsx';
import { LimitList } from './limit-list.tsx';

export type GridNode = inferRouterOutputs<AppRouter>['grid']['tree'][number];

/** How far a node is set in from the one above it; deeper ones no further, for a phone is narrow. */
const insets = ['', 'sm:ml-6', 'sm:ml-12', 'sm:ml-16'] as const;

/** A node: figures, the figure of its limit, the limits set on it, and the form for another. */
export function NodeCard({ node, canWrite }: { node: GridNode; canWrite: boolean }) {
  return (
    <SectionCard
      title={node.name}
      hint={w.kinds[node.kind]}
      className={insets[Math.min(node.depth, insets.length - 1)] ?? ''}
    >
      <Facts node={node} />
      {node.isTold ? <Outlook node={node} /> : <p className="text-soft">{w.few}</p>}
      {node.sites.length > 0 && <Sites sites={node.sites} />}
      {node.limits.length > 0 && <LimitList node={node} canWrite={canWrite} />}
      {canWrite && (
        <>
          <LimitForm gridNodeId={node.id} name={node.name} timeZone={node.timeZone} />
          <details className="text-sm">
            <summary className="cursor-pointer py-2 font-semibold">{w.code}</summary>
            <p className="hint">{w.codeHint}</p>
            <code className="break-all">{node.id}</code>
          </details>
        </>
      )}
    </SectionCard>
  );
}

function Facts({ node }: { node: GridNode }) {
  const f = w.facts;
  const { delivered, limitW, loadW } = node;
  const now = secondsFromDate(node.nowAt);
  const facts: [label: string, value: string][] = [
    [f.limit, limitW === null ? f.noLimit : kw(limitW)],
    ...(node.isTold ? [[f.load, loadW === null ? f.few : kw(loadW)] satisfies [string, string]] : []),
    [f.points, String(node.evses)],
  ];
  if (delivered !== null) {
    const { highest, isWithheld, over } = delivered;
    const none = isWithheld ? f.few : f.nothing;
    const at = highest === null ? '' : whenTime(highest.startAt, now, node.timeZone);
    facts.push([f.highest, highest === null ? none : f.highestAt(kw(highest.powerW), at)]);
    if (limitW !== null) facts.push([f.over, over === 0 ? f.never : f.quarters(String(over))]);
  }
  return <Figures figures={facts} wide="five" />;
}

function Outlook({ node }: { node: GridNode }) {
  const { limitW, proof } = node;
  if (node.limits.length === 0) return <p className="text-soft">{w.unlimited}</p>;
  if (node.madeAt === null) {
    return <p className="text-soft">{limitW === null ? limitWords.later : limitWords.idle(kw(limitW))}</p>;
  }
  const at = dateTime(secondsFromDate(node.madeAt), node.timeZone);
  return (
    <>
      <LimitPanel place={node.name} limit={node} missingMilliWh={proof?.unservedMilliWh ?? null} />
      <details className="text-sm">
        <summary className="cursor-pointer py-2 font-semibold">{limitWords.proofTitle}</summary>
        <ul className="flex list-disc flex-col gap-1 pl-5 text-soft">
          {proof?.isCertified === true && <li>{limitWords.proof.certified}</li>}
          <li>
            {proof === null
              ? limitWords.proof.withheld(at)
              : limitWords.proof.made(String(proof.sessions), String(proof.ms), at)}
          </li>
        </ul>
      </details>
    </>
  );
}

function Sites({ sites }: { sites: GridNode['sites'] }) {
  return (
    <div>
      <h3 className="font-semibold">{w.below}</h3>
      <ul className="list-disc pl-5">
        {sites.map(({ name, operator, evses, connectedW }) => (
          <li key={name}>{w.site({ name, operator, points: String(evses), power: kw(connectedW) })}</li>
        ))}
      </ul>
    </div>
  );
}
