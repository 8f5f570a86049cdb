import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { type EntityInput, isNew, type Time } from './entity-input.ts';
import { datasetOf, datasetOfLinked, homeOf, insertRow, Writing } from './entity-rows.ts';
import { checkMayWrite, defaultDataset } from './may-write.ts';
import { addToHistory, moveThing, moveThingIfLatest } from './move-things.ts';
import type { Reading } from './reading.ts';
import type { Kind } from './sensorthings/model.ts';
import { storeReadingsIn } from './store-readings.ts';

/**
 * Creates an entity with everything that its description contains, all or nothing [STA 1.1 §10.2]. An entity inherits
 * the dataset of what it is created in: a Datastream its Thing's, a Location its Thing's, a FeatureOfInterest its
 * Datastream's; others go where `defaultDataset` says.
 * Errors: signed-out, not-allowed, invalid (with the place in the description).
 */
export async function createEntity(ctx: Ctx, entity: EntityInput, parent?: Parent): Promise<{ id: string }> {
  checkPermission(ctx, 'write-entities');
  const { id, stored } = await withTransaction(ctx.app, async (tx) => {
    const making = new Making(ctx, tx);
    const made = await making.create(entity, undefined, parent);
    // A Datastream is projected before its readings, so that nobody is told of readings that cannot be read.
    await making.project();
    const { readings } = making;
    const { ids = [] } = await storeReadingsIn(
      tx,
      { readings, repeats: 'allow', wantIds: true },
      ctx.clock.now(),
    );
    return { id: made ?? ids[0], stored: making.readings.length };
  });
  if (!id) throw new Error('a created entity has no id');
  if (stored > 0) ctx.emit({ kind: 'readings-stored', readings: stored });
  return { id };
}

/** The entity in whose collection the new one is made: the relation is the new one's. */
export type Parent = { link: string; id: string };

class Making extends Writing {
  readonly readings: Reading[] = [];

  /** Makes one entity; `parent` is the relation by which it hangs on the entity it stands in. A reading has no id yet. */
  async create(
    entity: EntityInput,
    datasetId: string | undefined,
    parent?: Parent,
  ): Promise<string | undefined> {
    switch (entity.kind) {
      case 'thing':
        return this.#thing(entity, datasetId, parent);
      case 'location':
        return this.#location(entity, datasetId, parent);
      case 'historicalLocation':
        return this.#historicalLocation(entity, parent);
      case 'datastream':
        return this.#datastream(entity, datasetId, parent);
      case 'observation':
        return this.#observation(entity, datasetId, parent);
      default:
        return this.#other(entity, datasetId);
    }
  }

  async #dataset(inherited: string | undefined): Promise<string> {
    const id = inherited ?? (await defaultDataset(this.ctx, this.tx));
    await checkMayWrite(this.ctx, this.tx, [id], 'what this belongs to');
    return id;
  }

  /** The ids behind a relation: of what is linked, and of what is made for it. */
  async #related(
    entity: EntityInput,
    link: string,
    kind: Related,
    datasetId: string | undefined,
    parent?: Parent,
  ) {
    const ids = new Set<string>(parent?.link === link ? [parent.id] : []);
    for (const each of entity.links[link] ?? []) {
      if (!isNew(each)) await datasetOfLinked(this, kind, each);
      const id = isNew(each) ? await this.create(each, datasetId) : each.id;
      if (id) ids.add(id);
    }
    return [...ids];
  }

  async #one(
    entity: EntityInput,
    link: string,
    kind: Related,
    datasetId: string | undefined,
    parent?: Parent,
  ): Promise<string> {
    const [id, second] = await this.#related(entity, link, kind, datasetId, parent);
    if (!id || second) throw missing(entity, link);
    return id;
  }

  /** Creates what stands inside, each hanging on this entity. */
  async #inside(
    entity: EntityInput,
    link: string,
    datasetId: string | undefined,
    parent: Parent,
  ): Promise<void> {
    for (const each of entity.links[link] ?? []) {
      if (!isNew(each))
        throw new Problem('invalid', `${each.at}: link it from its own side, or describe a new one here.`);
      await this.create(each, datasetId, parent);
    }
  }

  async #thing(entity: EntityInput, inherited: string | undefined, parent?: Parent): Promise<string> {
    const datasetId = await this.#dataset(inherited);
    const id = await insertRow(this, entity, { dataset_id: datasetId });
    const locations = await this.#related(entity, 'locations', 'location', datasetId, parent);
    if (locations.length > 0) await moveThing(this, id, locations);
    await this.#inside(entity, 'historicalLocations', datasetId, { link: 'thing', id });
    await this.#inside(entity, 'datastreams', datasetId, { link: 'thing', id });
    return id;
  }

  async #location(entity: EntityInput, inherited: string | undefined, parent?: Parent): Promise<string> {
    const things = (entity.links.things ?? []).filter(
      (link): link is { id: string; at: string } => !isNew(link),
    );
    if (parent?.link === 'things') things.push({ id: parent.id, at: 'the path' });
    const ofThings: string[] = [];
    for (const thing of things) {
      const datasetId = await datasetOfLinked(this, 'thing', thing);
      if (datasetId) ofThings.push(datasetId);
    }
    await checkMayWrite(this.ctx, this.tx, ofThings, 'the Thing');
    const datasetId = await this.#dataset(inherited ?? ofThings[0]);
    const id = await insertRow(this, entity, { dataset_id: datasetId });
    for (const thing of things) await moveThing(this, thing.id, [id]);
    for (const link of entity.links.things ?? []) {
      if (isNew(link)) await this.create(link, datasetId, { link: 'locations', id });
    }
    if (parent?.link === 'historicalLocations') {
      await checkMayWrite(
        this.ctx,
        this.tx,
        [await datasetOf(this.tx, 'historicalLocation', parent.id)],
        'the Thing',
      );
      await addToHistory(this, parent.id, [id]);
    }
    await this.#inside(entity, 'historicalLocations', datasetId, { link: 'locations', id });
    return id;
  }

  async #historicalLocation(entity: EntityInput, parent?: Parent): Promise<string> {
    const thingId = await this.#one(entity, 'thing', 'thing', undefined, parent);
    const datasetId = await datasetOf(this.tx, 'thing', thingId);
    await checkMayWrite(this.ctx, this.tx, [datasetId], 'the Thing');
    const locations = await this.#related(entity, 'locations', 'location', datasetId ?? undefined, parent);
    if (locations.length === 0) throw missing(entity, 'locations');
    const id = await insertRow(this, entity, { thing_id: thingId });
    await addToHistory(this, id, locations);
    await moveThingIfLatest(this, thingId, id, entity.values.time as Time, locations);
    return id;
  }

  async #datastream(entity: EntityInput, inherited: string | undefined, parent?: Parent): Promise<string> {
    const thingId = await this.#one(entity, 'thing', 'thing', inherited, parent);
    const datasetId = (await datasetOf(this.tx, 'thing', thingId)) ?? undefined;
    await checkMayWrite(this.ctx, this.tx, [datasetId ?? null], 'the Thing');
    const id = await insertRow(this, entity, {
      dataset_id: datasetId,
      thing_id: thingId,
      sensor_id: await this.#one(entity, 'sensor', 'sensor', datasetId, parent),
      observed_property_id: await this.#one(
        entity,
        'observedProperty',
        'observedProperty',
        datasetId,
        parent,
      ),
    });
    await this.#inside(entity, 'observations', datasetId, { link: 'datastream', id });
    return id;
  }

  /** A Sensor, an ObservedProperty, a FeatureOfInterest: nothing but what stands inside it. */
  async #other(entity: EntityInput, inherited: string | undefined): Promise<string> {
    const datasetId = await this.#dataset(inherited);
    const id = await insertRow(this, entity, { dataset_id: datasetId });
    await this.#inside(entity, 'datastreams', inherited, { link: entity.kind, id });
    await this.#inside(entity, 'observations', inherited, { link: entity.kind, id });
    return id;
  }

  async #observation(
    entity: EntityInput,
    inherited: string | undefined,
    parent?: Parent,
  ): Promise<undefined> {
    const datastreamId = await this.#one(entity, 'datastream', 'datastream', inherited, parent);
    const { datasetId, thingId } = await homeOf(this.tx, datastreamId);
    await checkMayWrite(this.ctx, this.tx, [datasetId], 'the Datastream', [thingId]);
    const [featureId] = await this.#related(
      entity,
      'featureOfInterest',
      'featureOfInterest',
      datasetId ?? undefined,
      parent,
    );
    this.readings.push(readingOf(this.ctx, entity, datastreamId, featureId));
  }
}

type Related = Exclude<Kind, 'observation'>;

/** An Observation as a reading. Without a phenomenonTime it is of now [STA 1.1 §8.2.7]. */
export function readingOf(
  ctx: Ctx,
  { values }: EntityInput,
  datastreamId: string,
  featureId?: string,
): Reading {
  const phenomenon = values.phenomenonTime as Time | null | undefined;
  const valid = values.validTime as Time | null | undefined;
  return {
    datastreamId,
    featureId,
    phenomenonStart: phenomenon?.start ?? ctx.clock.now().toISOString(),
    phenomenonEnd: phenomenon?.end,
    resultTime: (values.resultTime as Time | null | undefined)?.start,
    result: values.result,
    resultQuality: values.resultQuality,
    validStart: valid?.start,
    validEnd: valid?.end,
    parameters: values.parameters,
  };
}

function missing(entity: EntityInput, link: string): Problem {
  const at = entity.at === '' ? '' : `${entity.at}: `;
  return new Problem(
    'invalid',
    `${at}expected exactly one or, where there may be many, at least one “${link}”.`,
    {
      details: { at: entity.at, missing: link },
    },
  );
}
