import type { DatasetInput } from '../../release/index.ts';
import type { DatasetShape } from './mapping.ts';

/** A mapping's dataset in the words of the catalog, under another slug if one is given. */
export function datasetInputOf(shape: DatasetShape, slug: string | undefined): DatasetInput {
  const { es } = shape.translations;
  return {
    slug: slug ?? shape.slug,
    place: shape.place ?? null,
    office: shape.office ?? null,
    title: shape.title,
    description: shape.description,
    topic: shape.topic,
    keywords: shape.keywords,
    access: shape.access,
    listed: shape.listed,
    license: shape.license === 'not-stated' ? null : shape.license,
    updateEvery: shape.update_every ?? null,
    source: shape.source,
    translations: es === undefined ? {} : { es },
  };
}
