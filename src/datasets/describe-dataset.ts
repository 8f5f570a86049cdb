import { describeLicense } from './licenses.ts';
import type { DatasetPage, Measured } from './read-dataset.ts';
import { formats } from './resources.ts';

/** The dataset for search engines [https://schema.org/Dataset]. Says nothing that the data do not. */
export function describeDataset(
  dataset: DatasetPage,
  measured: Measured[],
  options: { publicUrl: string; pageUrl: string },
): Record<string, unknown> {
  const { extent, office, place } = dataset;
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    name: dataset.title,
    description: dataset.description,
    url: options.pageUrl,
    identifier: dataset.slug,
    keywords: dataset.keywords,
    isAccessibleForFree: dataset.access === 'open',
    dateModified: dataset.modifiedAt,
    ...(dataset.license ? { license: describeLicense(dataset.license).url } : {}),
    ...(office
      ? {
          creator: {
            '@type': 'GovernmentOrganization',
            name: `${office.name}, ${office.placeName}`,
          },
        }
      : {}),
    ...(place ? { spatialCoverage: { '@type': 'Place', name: `${place.name}, ${place.state}` } } : {}),
    ...(extent.firstAt && extent.lastAt ? { temporalCoverage: `${extent.firstAt}/${extent.lastAt}` } : {}),
    variableMeasured: measured.map((one) => ({
      '@type': 'PropertyValue',
      name: one.name,
      propertyID: one.definition,
      ...(one.unit ? { unitText: one.unit } : {}),
    })),
    ...(dataset.access === 'open'
      ? {
          distribution: Object.values(formats).map(({ format, mediaType, path }) => ({
            '@type': 'DataDownload',
            name: format,
            encodingFormat: mediaType,
            contentUrl: `${options.publicUrl}/datasets/${dataset.slug}/${path}`,
          })),
        }
      : {}),
  };
}
