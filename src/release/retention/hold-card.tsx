import { Form } from 'react-router';
import { Button, Input } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import { Facts, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { holdMessages } from './hold-messages.ts';
import type { ListedHold } from './list-holds.ts';

/** One hold: its scope, why it is there, what became of it, and what may be done with it. */
export function HoldCard({ hold }: { hold: ListedHold }) {
  const say = useMessages(holdMessages);
  const [west = 0, south = 0, east = 0, north = 0] = hold.box ?? [];
  return (
    <article className="waiting" aria-labelledby={`hold-${hold.id}`}>
      <h3 id={`hold-${hold.id}`}>
        {say.hold(hold.id)} {hold.overdue ? <Tag>{say.overdue}</Tag> : null}
      </h3>
      <Facts
        facts={[
          { term: say.datasets, value: hold.datasets.map(({ title }) => title).join(', ') },
          { term: say.columns, value: hold.columns?.join(', ') ?? say.allColumns },
          {
            term: say.area,
            value: hold.box ? say.boxText(west, south, east, north) : (hold.areaPlace ?? say.everywhere),
          },
          {
            term: say.time,
            value:
              hold.from || hold.to ? (
                <>
                  {hold.from ? (
                    <>
                      {say.from} <Time at={hold.from} />
                    </>
                  ) : null}{' '}
                  {hold.to ? (
                    <>
                      {say.before} <Time at={hold.to} />
                    </>
                  ) : null}
                </>
              ) : (
                say.always
              ),
          },
          { term: say.cause, value: say[hold.cause] },
          { term: say.reason, value: hold.reason },
          { term: say.source, value: hold.source },
          {
            term: say.placed,
            value: (
              <>
                <Time at={hold.placedAt} />, {say.by(hold.placedBy)}
              </>
            ),
          },
          ...(hold.release
            ? [
                {
                  term: say.releasedAt,
                  value: (
                    <>
                      <Time at={hold.release.at} />, {say.by(hold.release.by)}: {hold.release.reason}
                    </>
                  ),
                },
              ]
            : [{ term: say.reviewOn, value: hold.reviewOn }]),
          ...hold.reviews.map((review, index) => ({
            term: `${say.reviews} ${index + 1}`,
            value: (
              <>
                <Time at={review.at} />, {say.by(review.by)}: {review.note}
              </>
            ),
          })),
        ]}
      />
      {hold.mayKeep && !hold.release ? (
        <>
          <Form method="post" reloadDocument className="usa-form">
            <input type="hidden" name="hold" value={hold.id} />
            <Input label={say.reviewNote} name="note" required maxLength={1000} />
            <Input label={say.reviewOn} name="reviewOn" type="date" required />
            <Button name="do" value="review" kind="outline" aria-label={say.reviewLabel(hold.id)}>
              {say.review}
            </Button>
          </Form>
          <Form method="post" reloadDocument className="usa-form">
            <input type="hidden" name="hold" value={hold.id} />
            <Input label={say.releaseReason} hint={say.releaseText} name="reason" required maxLength={1000} />
            <Button name="do" value="release" kind="outline" aria-label={say.releaseLabel(hold.id)}>
              {say.release}
            </Button>
          </Form>
        </>
      ) : null}
    </article>
  );
}
