import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeDatastream } from '../../test/support/make.ts';
import { openSite, type Site } from '../../test/support/site.ts';
import { createKey } from '../people/index.ts';
import { setPolicy } from '../release/index.ts';
import type { PolicyStep } from '../release/policy.ts';

let site: Site;
before(async () => {
  site = await openSite({ region: false });
});
after(() => site.close());

const where = (name: string, longitude: number) => ({
  name,
  description: 'Where the canary was seen.',
  encodingType: 'application/geo+json',
  [name.startsWith('Feature') ? 'feature' : 'location']: {
    type: 'Point',
    coordinates: [longitude, 41.222222],
  },
});

describe('a release policy by which readings come late, in groups or not at all', () => {
  const steps: Record<string, PolicyStep> = {
    delay: { do: 'delay', for: 'P2D' },
    aggregate: { do: 'aggregate', every: 'day', by: [], minimum: 5 },
    drop: { do: 'drop', column: 'result:NAME' },
  };
  for (const [what, step] of Object.entries(steps)) {
    test(`${what}: no place tells of a reading that is kept back`, async () => {
      const { ctx, app } = site;
      const made = await makeDatastream(ctx, { dataset: `places-${what}`, name: `seen-${what}` });
      const named = JSON.parse(JSON.stringify(step).replace('NAME', `seen-${what}`)) as PolicyStep;
      await setPolicy(ctx, { dataset: made.dataset, policy: { steps: [named], reason: 'A test.' } });
      const { key } = await createKey(ctx, { name: 'camera' });
      const post = async (path: string, payload: unknown) => {
        const answer = await app.server.inject({
          method: 'POST',
          url: `/v1.1/${path}`,
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          payload: JSON.stringify(payload),
        });
        assert.equal(answer.statusCode, 201, answer.body);
      };
      await post(`Datastreams(${made.datastreamId})/Observations`, {
        phenomenonTime: ctx.clock.now().toISOString(),
        result: 7,
        FeatureOfInterest: where('Feature canary', -73.111111),
      });
      if (what !== 'drop') await post(`Things(${made.thingId})/Locations`, where('Place canary', -73.222222));
      for (const path of [
        'FeaturesOfInterest',
        'Locations',
        `Things(${made.thingId})/HistoricalLocations?$expand=Locations`,
        'Observations?$expand=FeatureOfInterest',
      ]) {
        const { body } = await app.server.inject(`/v1.1/${path}`);
        assert.doesNotMatch(body, /canary|41\.222222/, path);
      }
      const { body } = await app.server.inject(`/datasets/${made.dataset}/sensorthings.json`);
      assert.doesNotMatch(body, /canary|41\.222222/);
    });
  }
});
