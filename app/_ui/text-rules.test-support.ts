import { parseAst } from 'vitest/node';

type Node = { type: string; start: number } & Record<string, unknown>;
/** What stands where it should not, and on which line. */
export type Finding = { line: number; rule: 'LITERAL' | 'JOINED'; text: string };

const LETTER = /\p{L}/u;
/** A text that begins like a sentence; a word with room for a value before or behind it. */
const SENTENCE = /^\p{Lu}[\p{L}’']* \p{Ll}/u;
const FRAGMENT = /(^|[\s(])\p{Ll}{2,} $|^ \p{Ll}{2,}([ .,)]|$)/u;
const WORDS_MODULE = /(^|[/-])(words|landing-words)\.ts$/;
/** Attributes whose value somebody reads or hears. */
const READ = new Set([
  'alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription',
  'aria-valuetext', 'busy', 'caption', 'confirm', 'description', 'done', 'head', 'hint', 'label',
  'note', 'of', 'place', 'placeholder', 'spoken', 'summary', 'text', 'title', 'wrong',
]);
/** Attributes whose value is for the machine, whatever it looks like. */
const UNREAD = new Set(['className', 'd', 'heightClass', 'href', 'key', 'style', 'transform', 'width']);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function nodesAt(node: Node, key: string): Node[] {
  const value = node[key];
  if (Array.isArray(value)) return value.filter(isNode);
  return isNode(value) ? [value] : [];
}

/** Visits a tree, below a node only where `visit` does not say that this is enough. */
function walk(node: Node, visit: (node: Node) => unknown): void {
  if (visit(node) === 'ENOUGH') return;
  for (const key of Object.keys(node)) for (const child of nodesAt(node, key)) walk(child, visit);
}

const nameOf = (node: Node | undefined): string => String(node?.['name'] ?? '');

/** The values an expression may take, as far as its own text tells: both arms of a choice. */
function outcomes(node: Node): Node[] {
  switch (node.type) {
    case 'ConditionalExpression':
      return [...nodesAt(node, 'consequent'), ...nodesAt(node, 'alternate')].flatMap(outcomes);
    case 'LogicalExpression': {
      // What stands before && decides and is not shown.
      const left = node['operator'] === '&&' ? [] : nodesAt(node, 'left');
      return [...left, ...nodesAt(node, 'right')].flatMap(outcomes);
    }
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
      return nodesAt(node, 'expression').flatMap(outcomes);
    default:
      return [node];
  }
}

/** The texts written in a string or between the values of a template. */
function writtenIn(node: Node): string[] {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? [node['value']] : [];
  if (node.type !== 'TemplateLiteral') return [];
  return nodesAt(node, 'quasis').map((part) => (part['value'] as { raw: string }).raw);
}

/** Names that stand for texts: what words modules export, and what is taken out of them. */
function textNames(program: Node): Set<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') {
      const from = String((node['source'] as { value: unknown }).value);
      if (!WORDS_MODULE.test(from)) return;
      for (const one of nodesAt(node, 'specifiers')) names.add(nameOf(nodesAt(one, 'local')[0]));
    }
    if (node.type !== 'VariableDeclarator') return;
    const [init] = nodesAt(node, 'init');
    if (init === undefined || !isWords(init, names)) return;
    for (const id of nodesAt(node, 'id')) {
      if (id.type === 'Identifier') names.add(nameOf(id));
      for (const property of nodesAt(id, 'properties')) {
        names.add(nameOf(nodesAt(property, 'value')[0]));
      }
    }
  });
  return names;
}

/** Whether an expression is a text of a words module: a name, a part of it, or a call of one. */
function isWords(node: Node, names: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'Identifier':
      return names.has(nameOf(node));
    case 'MemberExpression':
      return nodesAt(node, 'object').some((object) => isWords(object, names));
    case 'CallExpression':
      return nodesAt(node, 'callee').some((callee) => isWords(callee, names));
    default:
      return outcomes(node).some((one) => one !== node && isWords(one, names));
  }
}

/** Texts of one element side by side, without an element between them, are read as one sentence. */
function hasJoinedChildren(element: Node, names: ReadonlySet<string>): boolean {
  const runs: Node[][] = [[]];
  for (const child of nodesAt(element, 'children')) {
    if (child.type === 'JSXElement' || child.type === 'JSXFragment') runs.push([]);
    if (child.type !== 'JSXExpressionContainer') continue;
    const isValue = outcomes(child).some(({ type }) => type !== 'Literal' && !type.startsWith('JSX'));
    if (isValue) runs.at(-1)?.push(child);
  }
  return runs.some((run) => run.length > 1 && run.some((node) => isWords(node, names)));
}

/** What a node puts before people by itself: text between tags, and values of attributes they read. */
function shownBy(node: Node): Node[] {
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
      return nodesAt(node, 'children').filter(({ type }) => type === 'JSXExpressionContainer');
    case 'JSXAttribute':
      return READ.has(nameOf(nodesAt(node, 'name')[0])) ? nodesAt(node, 'value') : [];
    default:
      return [];
  }
}

/** What a node joins into one text. */
function joinedBy(node: Node): Node[] {
  if (node.type === 'TemplateLiteral') return nodesAt(node, 'expressions');
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return [];
  return [...nodesAt(node, 'left'), ...nodesAt(node, 'right')];
}

/**
 * textFindings are the texts of a source that belong into a words module: LITERAL, written here;
 * JOINED, a sentence made of texts of the dictionary and something beside them, whose order another
 * language may need to change.
 */
export function textFindings(source: string): Finding[] {
  const program = parseAst(source, { lang: 'tsx' }) as unknown as Node;
  const names = textNames(program);
  const found = new Map<string, Finding>();
  const add = ({ start }: Node, rule: Finding['rule']) => {
    const line = source.slice(0, start).split('\n').length;
    const text = source.slice(start, start + 60).trim().replaceAll(/\s+/g, ' ');
    found.set(`${start} ${rule}`, { line, rule, text });
  };
  walk(program, (node) => {
    if (node.type === 'JSXAttribute' && UNREAD.has(nameOf(nodesAt(node, 'name')[0]))) return 'ENOUGH';
    if (node.type === 'JSXText' && LETTER.test(String(node['value']))) add(node, 'LITERAL');
    for (const one of shownBy(node).flatMap(outcomes)) {
      if (writtenIn(one).some((text) => LETTER.test(text))) add(one, 'LITERAL');
    }
    const written = writtenIn(node);
    const isFragment = node.type === 'TemplateLiteral' && written.length > 1 && written.some((text) => FRAGMENT.test(text));
    if (isFragment || written.some((text) => SENTENCE.test(text))) add(node, 'LITERAL');
    if (joinedBy(node).some((part) => isWords(part, names))) add(node, 'JOINED');
    if (node.type.startsWith('JSX') && hasJoinedChildren(node, names)) add(node, 'JOINED');
    return undefined;
  });
  return [...found.values()];
}
