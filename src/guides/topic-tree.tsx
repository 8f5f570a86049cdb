import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TopicNode } from './question.ts';

/** The topic tree as nested lists; each main topic opens by itself. `hrefOf` makes a topic's address. */
export function TopicTree({
  topics,
  hrefOf,
}: {
  topics: readonly TopicNode[];
  hrefOf: (id: string) => string;
}) {
  const link = ({ id, name, recorded }: TopicNode) => (
    <>
      {recorded > 0 ? <Link to={hrefOf(id)}>{name}</Link> : <span className="quiet">{name}</span>}
      {recorded > 0 ? <span className="quiet"> ({recorded})</span> : null}
    </>
  );
  const list = (nodes: readonly TopicNode[]): ReactNode => {
    const [first] = nodes;
    if (!first) return null;
    const starts = nodes.flatMap((node, index) => (node.depth === first.depth ? [index] : []));
    return (
      <ul className="usa-list">
        {starts.map((start, index) => {
          const node = nodes[start] as TopicNode;
          const below = nodes.slice(start + 1, starts[index + 1] ?? nodes.length);
          return (
            <li key={node.id}>
              {link(node)}
              {list(below)}
            </li>
          );
        })}
      </ul>
    );
  };
  return <div className="topic-tree">{list(topics)}</div>;
}
