import { useMessages } from '../../ui/language-context.tsx';
import { Facts, Table } from '../../ui/parts.tsx';
import { differences, type RuleLine } from './rule-lines.ts';
import { ruleStaffMessages } from './rule-staff-messages.ts';

/** A text that may have several lines. */
function Lines({ text }: { text: string }) {
  return (
    <>
      {text.split('\n').map((line) => (
        <span key={line} className="text-line">
          {line}
        </span>
      ))}
    </>
  );
}

export function RuleFacts({ lines }: { lines: readonly RuleLine[] }) {
  return <Facts facts={lines.map(({ term, text }) => ({ term, value: <Lines text={text} /> }))} />;
}

/** What is so and what would be, part by part; only what differs. */
export function RuleDifference({
  id,
  before,
  after,
}: {
  id: string;
  before: readonly RuleLine[];
  after: readonly RuleLine[];
}) {
  const say = useMessages(ruleStaffMessages);
  return (
    <Table
      caption={say.diffOf(id)}
      captionHidden
      stacked
      columns={[{ title: say.field }, { title: say.isNow }, { title: say.wouldBe }]}
      rows={differences(before, after).map((part) => ({
        key: part.key,
        cells: [
          part.term,
          part.before ? <Lines key="before" text={part.before} /> : <em key="before">{say.nothing}</em>,
          part.after ? <Lines key="after" text={part.after} /> : <em key="after">{say.nothing}</em>,
        ],
      }))}
    />
  );
}
