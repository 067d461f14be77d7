import type { Metadata } from 'next';
import { RefreshOften } from '../admin/refresh-often.tsx';
import { visitor } from '../_client/api.ts';
import { EmptyState } from '../_ui/empty-state.tsx';
import { gridWords as w } from './grid-words.ts';
import { NodeCard } from './node-card.tsx';
import { NodeForm } from './node-form.tsx';

export const metadata: Metadata = { title: w.title };

/** The tree of limits above the sites: what holds, what is delivered, what one more kW would be worth. */
export default async function GridPage() {
  const { caller, may } = await visitor('grid:read');
  const nodes = await caller.grid.tree();
  const canWrite = may('grid:write');
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <RefreshOften />
      <h1 className="text-2xl font-semibold">{w.title}</h1>
      <p className="max-w-3xl text-soft">{w.intro}</p>
      <p className="hint max-w-3xl">{w.privacy}</p>
      {nodes.length === 0 && <EmptyState title={w.empty} hint={w.emptyHint} />}
      {nodes.map((node) => (
        <NodeCard key={node.id} node={node} canWrite={canWrite} />
      ))}
      {canWrite && <NodeForm nodes={nodes.map(({ id, name }) => ({ id, name }))} />}
    </main>
  );
}
